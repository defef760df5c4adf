-- Groups that name these members. Parameters: generation, keys. Rows: member, ids of groups of 8 octets each. Index: primary key.
select member_key, groups from directory_member_of where generation = @generation and member_key = any(@keys)
