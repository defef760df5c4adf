-- Groups by the keys of their names. Parameters: generation, keys. Rows: id. Index: directory_group_dn.
select id from directory_group where generation = @generation and dn_key in @keys
