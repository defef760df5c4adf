-- How far the days of each organisation are packed. Rows: org_id, packed (the last packed day), first (the first day of all), null for none. Index: primary keys.
select o.id as org_id, (select max(p.day) from usage_pack p where p.org_id = o.id and p.kind = 0) as packed, (select min(u.day) from usage_day u where u.org_id = o.id) as first
from organisation o
order by o.id
