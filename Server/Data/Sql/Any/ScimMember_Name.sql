-- Puts everybody of a provisioned group into it. Parameters: groupId, name, folded. Index: primary keys.
insert into person_group (person_id, group_name, group_folded, directory)
select person_id, @name, @folded, 2 from scim_member where group_id = @groupId
on conflict (person_id, group_folded) do nothing
