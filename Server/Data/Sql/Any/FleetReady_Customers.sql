-- Customers whose meter reads of a month are complete: all that answer were read behind its end, or the time to wait is over. Parameters: month, end, late (1: wait no longer). Rows: FleetReadyRow. Index: primary keys.
select c.id as node_id, c.org_id, c.name, count(*) as devices, sum(case when f.reading_at >= @end then 0 else 1 end) as missing
from fleet_device f
join fleet_agent a on a.id = f.agent_id and a.revoked_at is null
join fleet_node n on n.id = a.node_id
join fleet_node c on c.id = n.customer_id
join device d on d.id = f.device_id and d.deleted_at is null
where f.first_seen_at < @end and not exists (select 1 from fleet_ready r where r.node_id = c.id and r.month = @month)
group by c.id, c.org_id, c.name
having @late = 1 or sum(case when f.reading_at >= @end or f.silent_since is not null then 0 else 1 end) = 0
