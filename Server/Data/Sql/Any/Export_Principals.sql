-- Kerberos principals of a person beside the first. Parameter: id. Rows: names. Index: person_principal_other_person.
select principal from person_principal_other where person_id = @id order by principal
