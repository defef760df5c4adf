-- Organisations whose days fill many packs. Parameters: first (day number), parts (how many packs behind the first ones of their days make many). Rows: id. Index: primary key.
select o.id from organisation o
where (select count(*) from usage_pack p where p.org_id = o.id and p.kind = 0 and p.day >= @first and p.part > 0) >= @parts
order by o.id
