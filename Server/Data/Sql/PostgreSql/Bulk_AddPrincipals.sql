-- Gives people further principals. Parameters: one array for each column, in this order (SQLite: one row at a time). Index: primary key.
insert into person_principal_other (org_id, principal, person_id)
select * from unnest($1, $2, $3)
on conflict (org_id, principal, person_id) do nothing
