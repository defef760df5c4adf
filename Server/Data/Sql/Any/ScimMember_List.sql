-- Members of a provisioned group. Parameters: groupId. Rows: id, user name. Index: primary key.
select m.person_id, p.user_name from scim_member m join person p on p.id = m.person_id where m.group_id = @groupId order by m.person_id
