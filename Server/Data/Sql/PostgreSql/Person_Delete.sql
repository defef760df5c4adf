-- Removes a person with everything that hangs on it; the ledger keeps the id. Parameters: id. Index: primary keys, directory_person (person_id), scim_member_person.
with groups as (delete from person_group where person_id = @id),
     cards as (delete from card where person_id = @id),
     principals as (delete from person_principal_other where person_id = @id),
     links as (delete from directory_person where person_id = @id),
     users as (delete from scim_user where person_id = @id),
     members as (delete from scim_member where person_id = @id)
delete from person where id = @id
