-- What the erasure of a person and whoever was merged into them takes away, and what stays under a number. Parameters: orgId, id. One row: ErasePreview. Index: person_merged, card_person, access_log_person, session_person, usage_day_person, web_session_person.
with who as (select id from person where org_id = @orgId and (id = @id or merged_into = @id))
select (select count(*) from who) as rows_of_them,
       (select count(*) from card where person_id in (select id from who)) as cards,
       (select count(*) from pin where person_id in (select id from who)) as pins,
       (select count(*) from person_group where person_id in (select id from who)) as groups,
       (select count(*) from project_user where person_id in (select id from who)) + (select count(*) from project_favourite where person_id in (select id from who)) as projects,
       (select count(*) from access_log where person_id in (select id from who)) as logins,
       (select count(*) from web_session where person_id in (select id from who)) as sign_ins,
       (select count(*) from session where person_id in (select id from who)) as walk_ups,
       (select cast(coalesce(sum(impressions), 0) as bigint) from usage_day where person_id in (select id from who) and person_id <> 0) as pages
