-- Groups that name these members. Parameters: generation, keys. Rows: member, group. Index: primary key.
select member_key, group_id from directory_member where generation = @generation and member_key = any(@keys)
