-- Removes what a group names. Parameters: groupId. Index: directory_member_group.
delete from directory_member where group_id = @groupId
