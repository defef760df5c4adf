-- Groups of people. Parameters: ids. Rows: PersonGroupRow. Index: primary key.
select person_id, group_name, group_folded, directory as source from person_group where person_id = any(@ids) order by person_id, group_folded
