-- The members that a group names. Parameters: groupId. Rows: keys of 16 octets each. Index: primary key.
select members from directory_group where id = @groupId
