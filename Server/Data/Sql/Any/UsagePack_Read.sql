-- Packs of a span of days. Parameters: orgId, kind, first, last (day numbers). Rows: day, content, by their places. Index: primary key.
select day, content from usage_pack where org_id = @orgId and kind = @kind and day between @first and @last order by day, part
