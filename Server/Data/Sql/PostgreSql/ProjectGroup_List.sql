-- Which groups may use projects. Parameters: ids. Rows: ProjectGroupRow. Index: primary key.
select project_id, group_name, group_folded from project_group where project_id = any(@ids) order by project_id, group_folded
