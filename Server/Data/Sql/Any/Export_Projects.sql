-- Projects that name a person. Parameter: id. Rows: code, name, since when it was used last. Index: project_user_person.
select j.code, j.name, r.used_at, case when f.person_id is null then 0 else 1 end as favourite
from project j
left join project_user u on u.project_id = j.id and u.person_id = @id
left join project_recent r on r.project_id = j.id and r.person_id = @id
left join project_favourite f on f.project_id = j.id and f.person_id = @id
where u.person_id is not null or r.person_id is not null or f.person_id is not null
order by j.code
