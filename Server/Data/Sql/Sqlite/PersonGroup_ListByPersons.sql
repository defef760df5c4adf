-- Groups of people. Parameters: ids (not empty). Rows: PersonGroupRow. Index: primary key.
select person_id, group_name, group_folded, directory as source from person_group where person_id in @ids order by person_id, group_folded
