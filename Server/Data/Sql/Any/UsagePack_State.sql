-- What of a span of days is packed. Parameters: orgId, first, last (day numbers). Rows: kind (0 the first packed day of all, 1 the last one, 2 a day of the span whose pack does not hold, with the
-- sum of its marks' versions, 3 the highest version of a pack of the span), day, version. Index: primary keys.
select 0 as kind, min(p.day) as day, 0 as version from usage_pack p where p.org_id = @orgId and p.kind = 0
union all
select 1, max(p.day), 0 from usage_pack p where p.org_id = @orgId and p.kind = 0
union all
select 2, l.day, cast(sum(l.version) as bigint) from usage_late l where l.org_id = @orgId and l.day between @first and @last group by l.day
union all
select 3, null, coalesce(max(v.version), 0) from usage_packed v where v.org_id = @orgId and v.day between @first and @last
