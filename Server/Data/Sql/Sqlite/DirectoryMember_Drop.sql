-- Removes members of a group. Parameters: groupId, keys, generation. Index: primary key.
delete from directory_member where group_id = @groupId and generation = @generation and member_key in @keys
