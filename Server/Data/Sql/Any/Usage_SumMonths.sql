-- Sums of whole months of what belongs to people, with their names. Parameters: orgId, first, last (month numbers), by… (0 or 1), whole (1: all), departments, projects (what the asker may see; any of them),
-- personId, projectId, ofDepartment, costCentre (empty: none; null: all). Rows: UsageSum. Index: primary key (org_id, month, …).
select s.*, p.user_name, p.display_name, p.department, p.cost_centre, j.code as project_code, j.name as project_name
from (
    select case when @byPerson = 1 then u.person_id else 0 end as person_id,
           case when @byProject = 1 then u.project_id else 0 end as project_id,
           case when @byMonth = 1 then u.month else 0 end as month,
           cast(sum(u.jobs) as bigint) as jobs, cast(sum(u.impressions) as bigint) as impressions, cast(sum(u.mono) as bigint) as mono, cast(sum(u.color) as bigint) as color, cast(sum(u.unknown_color) as bigint) as unknown_color,
           cast(sum(u.normal) as bigint) as normal, cast(sum(u.large) as bigint) as large, cast(sum(u.unknown_size) as bigint) as unknown_size, cast(sum(u.sheets) as bigint) as sheets,
           cast(sum(u.duplex_sheets) as bigint) as duplex_sheets, cast(sum(u.unknown_sides) as bigint) as unknown_sides, cast(sum(u.scans) as bigint) as scans, cast(sum(u.faxes) as bigint) as faxes,
           cast(sum(u.cost_micros) as bigint) as cost_micros
    from usage_month u
    where u.org_id = @orgId and u.month between @first and @last
      and (cast(@personId as bigint) is null or u.person_id = @personId)
      and (cast(@projectId as bigint) is null or u.project_id = @projectId)
      and (@whole = 1 or (@departments is not null and u.person_id in (select y.id from person y where y.org_id = @orgId and y.department = any(@departments))) or (@projects is not null and u.project_id = any(@projects)))
      and (cast(@ofDepartment as text) is null or u.person_id in (select y.id from person y where y.org_id = @orgId and coalesce(y.department, '') = @ofDepartment))
      and (cast(@costCentre as text) is null or u.person_id in (select y.id from person y where y.org_id = @orgId and coalesce(y.cost_centre, '') = @costCentre))
    group by 1, 2, 3
) s
left join person p on p.id = s.person_id
left join project j on j.id = s.project_id
