-- Provisioned groups of people. Parameters: ids. Rows: person, group, name. Index: scim_member_person.
select m.person_id, g.id, g.name from scim_member m join scim_group g on g.id = m.group_id where m.person_id = any(@ids) order by g.id
