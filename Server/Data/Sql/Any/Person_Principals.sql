-- All Kerberos principals of a person, the first before the others. Parameters: id. Rows: principal. Index: primary key, person_principal_other_person.
select q.principal
from (
    select p.principal, 0 as rank from person p where p.id = @id and p.principal is not null
    union all
    select o.principal, 1 from person_principal_other o where o.person_id = @id
) q
order by q.rank, q.principal
