-- Days whose packs do not hold, up to one. Parameters: last (a day number), count. Rows: org_id, day. Index: primary key.
select org_id, day from usage_late where day <= @last group by org_id, day order by org_id, day limit @count
