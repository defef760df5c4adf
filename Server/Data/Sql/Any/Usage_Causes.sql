-- What belongs to someone (cause 0) and to no one, by device and cause.
-- Parameters: orgId, dayFrom, dayTo, deviceId, site (null = all). Rows: CauseRow.
-- Index: primary key of usage_day.
with u as (
    select device_id, cause, jobs, impressions, mono, color, unknown_color, normal, large, unknown_size, sheets, duplex_sheets, unknown_sides, scans, faxes, cost_micros
    from usage_day
    where org_id = @orgId and day >= @dayFrom and day < @dayTo
      and (@deviceId is null or device_id = @deviceId)
      and (@site is null or device_id in (select id from device where org_id = @orgId and site = @site))
),
g as (
    select u.device_id, u.cause,
           cast(sum(u.jobs) as bigint) as jobs, cast(sum(u.impressions) as bigint) as impressions, cast(sum(u.mono) as bigint) as mono,
           cast(sum(u.color) as bigint) as color, cast(sum(u.unknown_color) as bigint) as unknown_color,
           cast(sum(u.normal) as bigint) as normal, cast(sum(u.large) as bigint) as large, cast(sum(u.unknown_size) as bigint) as unknown_size,
           cast(sum(u.sheets) as bigint) as sheets, cast(sum(u.duplex_sheets) as bigint) as duplex_sheets,
           cast(sum(u.unknown_sides) as bigint) as unknown_sides, cast(sum(u.scans) as bigint) as scans, cast(sum(u.faxes) as bigint) as faxes,
           cast(sum(u.cost_micros) as bigint) as cost_micros
    from u
    group by u.device_id, u.cause
)
select g.device_id, coalesce(d.name, cast(g.device_id as text)) as device, cast(g.cause as bigint) as cause,
       g.jobs, g.impressions, g.mono, g.color, g.unknown_color, g.normal, g.large, g.unknown_size, g.sheets, g.duplex_sheets, g.unknown_sides, g.scans, g.faxes, g.cost_micros
from g
left join device d on d.id = g.device_id
order by device, g.cause
