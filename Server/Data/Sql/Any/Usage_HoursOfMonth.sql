-- Sums of a month by hour of the local day, function and cause. Parameters: orgId, month. Rows: by the places of the columns of UsageBlock after one more. Index: primary key (org_id, month, …).
select month, case when cause = 0 then 1 else 0 end as owned, hour, 0 as device_id, function, cause, cast(sum(jobs) as bigint) as jobs, cast(sum(impressions) as bigint) as impressions, cast(sum(mono) as bigint) as mono,
       cast(sum(color) as bigint) as color, cast(sum(unknown_color) as bigint) as unknown_color, cast(sum(normal) as bigint) as normal, cast(sum(large) as bigint) as large, cast(sum(unknown_size) as bigint) as unknown_size,
       cast(sum(sheets) as bigint) as sheets, cast(sum(duplex_sheets) as bigint) as duplex_sheets, cast(sum(unknown_sides) as bigint) as unknown_sides, cast(sum(scans) as bigint) as scans, cast(sum(faxes) as bigint) as faxes,
       cast(sum(cost_micros) as bigint) as cost_micros
from usage_hour where org_id = @orgId and month = @month
group by month, hour, function, cause
