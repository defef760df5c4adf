-- Removes a group. Parameters: groupId. Index: primary key.
delete from directory_group where id = @groupId
