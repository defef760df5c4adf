-- Supplies and trays that were low when their device was last looked at, the emptiest first. Parameters: orgId, since, low, limit. Rows: LowSupplyRow. Index: supply_day_low, then primary keys.
select l.device_id, d.name as device, l.name, l.kind, l.percent
from supply_day l
join device d on d.id = l.device_id
where l.day >= @since and l.percent <= @low and d.org_id = @orgId and d.deleted_at is null
  and not exists (select 1 from supply_day n where n.device_id = l.device_id and n.name = l.name and n.day > l.day)
order by l.percent, d.name_folded, l.name
limit @limit
