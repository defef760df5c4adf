-- The members that a group names. Parameters: groupId. Rows: key. Index: directory_member_group.
select member_key from directory_member where group_id = @groupId
