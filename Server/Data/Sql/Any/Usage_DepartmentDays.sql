-- Use by department; people without one are a row with an empty key.
-- Parameters: orgId, dayFrom, dayTo, deviceId, site, personId, projectId, department (null = all), after (key of the last row seen), limit. Rows: UsageRow, ordered by sort.
-- Index: primary key of usage_day.
with u as (
    select person_id, project_id, jobs, impressions, mono, color, unknown_color, normal, large, unknown_size, sheets, duplex_sheets, unknown_sides, scans, faxes, cost_micros
    from usage_day
    where org_id = @orgId and day >= @dayFrom and day < @dayTo and person_id <> 0
      and (@deviceId is null or device_id = @deviceId)
      and (@personId is null or person_id = @personId) and (@projectId is null or project_id = @projectId)
      and (@site is null or device_id in (select id from device where org_id = @orgId and site = @site))
)
select coalesce(p.department, '') as row_key, p.department as name, coalesce(p.department, '') as sort,
       cast(sum(u.jobs) as bigint) as jobs, cast(sum(u.impressions) as bigint) as impressions, cast(sum(u.mono) as bigint) as mono,
       cast(sum(u.color) as bigint) as color, cast(sum(u.unknown_color) as bigint) as unknown_color,
       cast(sum(u.normal) as bigint) as normal, cast(sum(u.large) as bigint) as large, cast(sum(u.unknown_size) as bigint) as unknown_size,
       cast(sum(u.sheets) as bigint) as sheets, cast(sum(u.duplex_sheets) as bigint) as duplex_sheets,
       cast(sum(u.unknown_sides) as bigint) as unknown_sides, cast(sum(u.scans) as bigint) as scans, cast(sum(u.faxes) as bigint) as faxes,
       cast(sum(u.cost_micros) as bigint) as cost_micros
from u
left join person p on p.id = u.person_id
where (@department is null or p.department = @department) and (@after is null or coalesce(p.department, '') > @after)
group by p.department
order by sort
limit @limit
