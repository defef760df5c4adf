-- The people of whole months that stand first by one of their counts, or by name, and what all of them come to; whoever was merged stands under whom they were merged into.
-- Parameters: orgId, first, last (month numbers), whole (1: all), departments, projects (what the asker may see; any of them), projectId, ofDepartment, costCentre (0 and empty: none; null: all), sort (a column, or name), skip, count.
-- Rows: TopRow, one of totals (kind 1, person_id the number of people) and the people (kind 0). Index: primary key (org_id, month, …).
with g as materialized (
    select case when u.person_id in (select m.id from person m where m.org_id = @orgId and m.merged_into is not null) then (select i.merged_into from person i where i.id = u.person_id) else u.person_id end as person_id,
           cast(sum(u.jobs) as bigint) as jobs, cast(sum(u.impressions) as bigint) as impressions, cast(sum(u.mono) as bigint) as mono, cast(sum(u.color) as bigint) as color,
           cast(sum(u.unknown_color) as bigint) as unknown_color, cast(sum(u.normal) as bigint) as normal, cast(sum(u.large) as bigint) as large, cast(sum(u.unknown_size) as bigint) as unknown_size,
           cast(sum(u.sheets) as bigint) as sheets, cast(sum(u.duplex_sheets) as bigint) as duplex_sheets, cast(sum(u.unknown_sides) as bigint) as unknown_sides, cast(sum(u.scans) as bigint) as scans,
           cast(sum(u.faxes) as bigint) as faxes, cast(sum(u.cost_micros) as bigint) as cost_micros
    from usage_month u
    where u.org_id = @orgId and u.month between @first and @last
      and (cast(@projectId as bigint) is null or u.project_id = @projectId)
      and (@whole = 1 or (@departments is not null and u.person_id in (select y.id from person y where y.org_id = @orgId and y.department = any(@departments))) or (@projects is not null and u.project_id = any(@projects)))
      and (cast(@ofDepartment as text) is null or u.person_id in (select y.id from person y where y.org_id = @orgId and coalesce(y.department, '') = @ofDepartment))
      and (cast(@costCentre as text) is null or u.person_id in (select y.id from person y where y.org_id = @orgId and coalesce(y.cost_centre, '') = @costCentre))
    group by 1
)
select 1 as kind, count(*) as person_id, cast(coalesce(sum(jobs), 0) as bigint) as jobs, cast(coalesce(sum(impressions), 0) as bigint) as impressions, cast(coalesce(sum(mono), 0) as bigint) as mono, cast(coalesce(sum(color), 0) as bigint) as color, cast(coalesce(sum(unknown_color), 0) as bigint) as unknown_color, cast(coalesce(sum(normal), 0) as bigint) as normal, cast(coalesce(sum(large), 0) as bigint) as large, cast(coalesce(sum(unknown_size), 0) as bigint) as unknown_size, cast(coalesce(sum(sheets), 0) as bigint) as sheets, cast(coalesce(sum(duplex_sheets), 0) as bigint) as duplex_sheets, cast(coalesce(sum(unknown_sides), 0) as bigint) as unknown_sides, cast(coalesce(sum(scans), 0) as bigint) as scans, cast(coalesce(sum(faxes), 0) as bigint) as faxes, cast(coalesce(sum(cost_micros), 0) as bigint) as cost_micros,
       null as user_name, null as display_name
from g
union all
select 0, t.person_id, t.jobs, t.impressions, t.mono, t.color, t.unknown_color, t.normal, t.large, t.unknown_size, t.sheets, t.duplex_sheets, t.unknown_sides, t.scans, t.faxes, t.cost_micros, p.user_name, p.display_name
from (
    select g.* from g
    order by case when @sort = 'name' then (select lower(coalesce(n.display_name, n.user_name)) from person n where n.id = g.person_id) end,
             case @sort when 'jobs' then jobs
             when 'impressions' then impressions
             when 'mono' then mono
             when 'color' then color
             when 'unknown_color' then unknown_color
             when 'normal' then normal
             when 'large' then large
             when 'unknown_size' then unknown_size
             when 'sheets' then sheets
             when 'duplex_sheets' then duplex_sheets
             when 'unknown_sides' then unknown_sides
             when 'scans' then scans
             when 'faxes' then faxes
             when 'cost_micros' then cost_micros end desc, g.person_id
    limit @count offset @skip
) t
left join person p on p.id = t.person_id
