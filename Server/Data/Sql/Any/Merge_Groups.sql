-- Puts a person into the groups that another was put into by hand. Parameters: from, into. Index: primary key.
insert into person_group (person_id, group_name, group_folded)
select @into, g.group_name, g.group_folded from person_group g where g.person_id = @from and g.directory = 0
on conflict (person_id, group_folded) do nothing
