-- Which group is a member of which. Parameters: generation. Rows: child, ids of the groups above it of 8 octets each. Index: directory_group_dn, primary key.
select g.id as child, m.groups as parents
from directory_group g
join directory_member_of m on m.generation = g.generation and m.member_key = g.dn_key
where g.generation = @generation
