-- Puts a person into a group by hand; whom somebody else put into it stays as they are. Parameters: members of PersonGroupRow. Index: primary key.
insert into person_group (person_id, group_name, group_folded) values (@PersonId, @GroupName, @GroupFolded) on conflict (person_id, group_folded) do nothing
