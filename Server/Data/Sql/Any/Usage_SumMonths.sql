-- Sums of whole months of what belongs to people, with their names. Parameters: orgId, first, last (month numbers), by… (0 or 1), personId, projectId, department (null: all).
-- Rows: UsageSum. Index: primary key (org_id, month, …).
select s.*, p.user_name, p.display_name, p.department, j.code as project_code, j.name as project_name
from (
    select case when @byPerson = 1 then u.person_id else 0 end as person_id,
           case when @byProject = 1 then u.project_id else 0 end as project_id,
           case when @byMonth = 1 then u.month else 0 end as month,
           sum(u.jobs) as jobs, sum(u.impressions) as impressions, sum(u.mono) as mono, sum(u.color) as color, sum(u.unknown_color) as unknown_color,
           sum(u.normal) as normal, sum(u.large) as large, sum(u.unknown_size) as unknown_size, sum(u.sheets) as sheets,
           sum(u.duplex_sheets) as duplex_sheets, sum(u.unknown_sides) as unknown_sides, sum(u.scans) as scans, sum(u.faxes) as faxes,
           sum(u.cost_micros) as cost_micros
    from usage_month u
    where u.org_id = @orgId and u.month between @first and @last
      and (cast(@personId as bigint) is null or u.person_id = @personId)
      and (cast(@projectId as bigint) is null or u.project_id = @projectId)
      and (cast(@department as text) is null or u.person_id in (select y.id from person y where y.org_id = @orgId and y.department = @department))
    group by 1, 2, 3
) s
left join person p on p.id = s.person_id
left join project j on j.id = s.project_id
