-- As Usage_SumDays for one person, of whom any span of days has few rows. Parameters and rows: as there. Index: usage_day_person.
select s.*, p.user_name, p.display_name, p.department, p.cost_centre, d.name as device_name, d.site, j.code as project_code, j.name as project_name
from (
    select case when @byPerson = 1 then u.person_id else 0 end as person_id,
           case when @byProject = 1 then u.project_id else 0 end as project_id,
           case when @byDevice = 1 then u.device_id else 0 end as device_id,
           case when @byDay = 1 then u.day else 0 end as day,
           case when @byFunction = 1 then u.function else -1 end as function,
           case when @byCause = 1 then u.cause else -1 end as cause,
           cast(sum(u.jobs) as bigint) as jobs, cast(sum(u.impressions) as bigint) as impressions, cast(sum(u.mono) as bigint) as mono, cast(sum(u.color) as bigint) as color, cast(sum(u.unknown_color) as bigint) as unknown_color,
           cast(sum(u.normal) as bigint) as normal, cast(sum(u.large) as bigint) as large, cast(sum(u.unknown_size) as bigint) as unknown_size, cast(sum(u.sheets) as bigint) as sheets,
           cast(sum(u.duplex_sheets) as bigint) as duplex_sheets, cast(sum(u.unknown_sides) as bigint) as unknown_sides, cast(sum(u.scans) as bigint) as scans, cast(sum(u.faxes) as bigint) as faxes,
           cast(sum(u.cost_micros) as bigint) as cost_micros
    from usage_day u
    where u.person_id = @personId and u.person_id <> 0 and u.org_id = @orgId and u.day between @first and @last
      and (cast(@owned as integer) is null or (@owned = 1 and u.person_id <> 0) or (@owned = 0 and u.person_id = 0))
      and (cast(@deviceId as bigint) is null or u.device_id = @deviceId)
      and (cast(@function as integer) is null or u.function = @function)
      and (cast(@cause as integer) is null or u.cause = @cause)
      and (@whole = 1 or (@sites is not null and u.device_id in (select x.id from device x where x.org_id = @orgId and x.site = any(@sites)))
        or (@departments is not null and u.person_id in (select y.id from person y where y.org_id = @orgId and y.department = any(@departments))) or (@projects is not null and u.project_id = any(@projects)))
      and (cast(@ofSite as text) is null or u.device_id in (select x.id from device x where x.org_id = @orgId and coalesce(x.site, '') = @ofSite))
      and (cast(@projectId as bigint) is null or u.project_id = @projectId)
      and (cast(@ofDepartment as text) is null or u.person_id in (select y.id from person y where y.org_id = @orgId and coalesce(y.department, '') = @ofDepartment))
      and (cast(@costCentre as text) is null or u.person_id in (select y.id from person y where y.org_id = @orgId and coalesce(y.cost_centre, '') = @costCentre))
    group by 1, 2, 3, 4, 5, 6
) s
left join person p on p.id = s.person_id
left join device d on d.id = s.device_id
left join project j on j.id = s.project_id
