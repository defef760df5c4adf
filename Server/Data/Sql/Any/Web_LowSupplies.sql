-- Supplies and trays that were low when their device was last looked at, the emptiest first. Parameters: orgId, since (a day), low, limit. Rows: LowSupplyRow. Index: supply_day_low, then primary keys.
select l.device_id, d.name as device, l.kind, l.supply, l.percent, i.report
from supply_day l
join device d on d.id = l.device_id
left join device_inventory i on i.device_id = l.device_id
where l.day >= @since and l.percent <= @low and d.org_id = @orgId and d.deleted_at is null
  and not exists (select 1 from supply_day n where n.device_id = l.device_id and n.kind = l.kind and n.supply = l.supply and n.day > l.day)
order by l.percent, d.name_folded, l.kind, l.supply
limit @limit
