-- Groups of a person with who put them there: 0 by hand or by a file, 1 the directory, 2 a provisioning client. Parameter: id. Rows: name, source. Index: primary key.
select group_name as name, directory as source from person_group where person_id = @id order by group_folded
