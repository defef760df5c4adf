-- The groups of a person, folded. Parameter: id. Rows: names. Index: primary key of person_group.
select group_folded from person_group where person_id = @id order by group_folded
