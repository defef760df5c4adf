-- Who may use projects. Parameters: ids. Rows: ProjectUserRow. Index: primary key.
select u.project_id, u.person_id, p.user_folded from project_user u join person p on p.id = u.person_id
where u.project_id = any(@ids) order by u.project_id, p.user_folded
