-- Ids behind names that a report is narrowed to. Parameters: orgId, device, person, project (folded; null: not asked). Rows: one with ids, null where there is none. Index: the unique names.
select (select id from device where org_id = @orgId and name_folded = @device) as device_id,
       (select id from person where org_id = @orgId and user_folded = @person) as person_id,
       (select id from project where org_id = @orgId and code_folded = @project) as project_id
