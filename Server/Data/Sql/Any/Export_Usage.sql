-- Usage of a person by month and project. Parameter: id, orgId. Rows: months with counts. Index: primary key of usage_month.
select u.month, j.code as project, u.jobs, u.impressions, u.mono, u.color, u.large, u.sheets, u.duplex_sheets, u.scans, u.faxes, u.cost_micros
from usage_month u left join project j on j.id = u.project_id
where u.org_id = @orgId and u.person_id in (select cast(@id as bigint) union all select y.id from person y where y.merged_into = @id)
order by u.month, j.code
