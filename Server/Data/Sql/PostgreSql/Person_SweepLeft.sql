-- Removes what was left of people who were removed while somebody gave them something (no foreign key, ADR 0012). Parameters: none. Index: primary keys.
with groups as (delete from person_group g where not exists (select 1 from person p where p.id = g.person_id)),
     principals as (delete from person_principal_other o where not exists (select 1 from person p where p.id = o.person_id)),
     links as (delete from directory_person d where not exists (select 1 from person p where p.id = d.person_id)),
     users as (delete from scim_user u where not exists (select 1 from person p where p.id = u.person_id)),
     members as (delete from scim_member m where not exists (select 1 from person p where p.id = m.person_id))
delete from card c where not exists (select 1 from person p where p.id = c.person_id)
