-- Gives the principals of one person to another. Parameters: from, into. Index: primary key.
insert into person_principal_other (org_id, principal, person_id)
select org_id, principal, @into from person where id = @from and principal is not null
union select org_id, principal, @into from person_principal_other where person_id = @from
on conflict (org_id, principal, person_id) do nothing
