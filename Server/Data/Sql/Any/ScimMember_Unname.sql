-- Takes everybody out of a group that provisioning gave. Parameters: groupId, folded. Index: primary keys.
delete from person_group where directory = 2 and group_folded = @folded and person_id in (select person_id from scim_member where group_id = @groupId)
