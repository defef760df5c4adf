-- Supplies or trays that were looked at lately and will be used up until a day, or are empty, or are low where nothing tells when; soonest first. Parameters: orgId, kind, since (a day), today, until (a day), low, limit.
-- Rows: SupplyEnd; of_all is how many there are. Index: supply_now_empty and supply_now_end, read from them to the devices; the report is opened only where a name is missing.
select s.device_id, s.device, s.site, s.kind, s.supply, s.name, s.percent, s.days_left, s.of_all, case when s.name is null then (select i.report from device_inventory i where i.device_id = s.device_id) end as report
from (select n.device_id, d.name as device, d.site, n.kind, n.supply, n.name, n.percent, case when n.percent = 0 or n.last_day < @today then 0 else n.last_day - @today end as days_left,
             d.name_folded, count(*) over () as of_all
      from (select device_id, kind, supply, name, percent, last_day from supply_now where kind = @kind and percent = 0 and day >= @since
            union all
            select device_id, kind, supply, name, percent, last_day from supply_now where kind = @kind and last_day <= @until and percent <> 0 and day >= @since
            union all
            select device_id, kind, supply, name, percent, last_day from supply_now where kind = @kind and last_day is null and percent <= @low and percent <> 0 and day >= @since) n
      cross join device d
      where d.id = n.device_id and d.org_id = @orgId and d.deleted_at is null
      order by case when n.percent = 0 or n.last_day < @today then 0 else coalesce(n.last_day - @today, 1000) end, n.percent, d.name_folded, n.supply
      limit @limit) s
order by coalesce(s.days_left, 1000), s.percent, s.name_folded, s.supply
