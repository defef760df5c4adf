-- What of a span of days is packed. Parameters: orgId, first, last (day numbers). Rows: kind (0 the first packed day of all, 1 the last one, 2 a day of the span whose pack does not hold), day.
-- Index: primary keys.
select 0 as kind, min(p.day) as day from usage_pack p where p.org_id = @orgId and p.kind = 0
union all
select 1, max(p.day) from usage_pack p where p.org_id = @orgId and p.kind = 0
union all
select 2, l.day from usage_late l where l.org_id = @orgId and l.day between @first and @last group by l.day
