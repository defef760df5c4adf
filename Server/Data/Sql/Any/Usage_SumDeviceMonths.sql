-- Sums of whole months of devices, with their names. Parameters: orgId, first, last (month numbers), by… (0 or 1), owned (1 people's, 0 no one's, null both),
-- whole (1: all) or sites (what the asker may see), deviceId, ofSite (empty: none), function, cause (null: all). Rows: UsageSum. Index: primary key (org_id, month, …).
select s.*, d.name as device_name, d.site
from (
    select case when @byDevice = 1 then u.device_id else 0 end as device_id,
           case when @byMonth = 1 then u.month else 0 end as month,
           case when @byFunction = 1 then u.function else -1 end as function,
           case when @byCause = 1 then u.cause else -1 end as cause,
           cast(sum(u.jobs) as bigint) as jobs, cast(sum(u.impressions) as bigint) as impressions, cast(sum(u.mono) as bigint) as mono, cast(sum(u.color) as bigint) as color, cast(sum(u.unknown_color) as bigint) as unknown_color,
           cast(sum(u.normal) as bigint) as normal, cast(sum(u.large) as bigint) as large, cast(sum(u.unknown_size) as bigint) as unknown_size, cast(sum(u.sheets) as bigint) as sheets,
           cast(sum(u.duplex_sheets) as bigint) as duplex_sheets, cast(sum(u.unknown_sides) as bigint) as unknown_sides, cast(sum(u.scans) as bigint) as scans, cast(sum(u.faxes) as bigint) as faxes,
           cast(sum(u.cost_micros) as bigint) as cost_micros
    from usage_device_month u
    where u.org_id = @orgId and u.month between @first and @last
      and (cast(@owned as integer) is null or (@owned = 1 and u.cause = 0) or (@owned = 0 and u.cause <> 0))
      and (cast(@deviceId as bigint) is null or u.device_id = @deviceId)
      and (cast(@function as integer) is null or u.function = @function)
      and (cast(@cause as integer) is null or u.cause = @cause)
      and (@whole = 1 or u.device_id in (select x.id from device x where x.org_id = @orgId and x.site = any(@sites)))
      and (cast(@ofSite as text) is null or u.device_id in (select x.id from device x where x.org_id = @orgId and coalesce(x.site, '') = @ofSite))
    group by 1, 2, 3, 4
) s
left join device d on d.id = s.device_id
