-- Which group is a member of which. Parameters: generation. Rows: child, parent. Index: directory_group_dn, primary key.
select g.id as child, m.group_id as parent
from directory_group g
join directory_member m on m.generation = g.generation and m.member_key = g.dn_key
where g.generation = @generation
