-- The limits that a session or job meets; one writer needs no lock. Parameters: personId, person, project (null for none). Rows: their ids. Index: unique (org_id, kind, subject).
select q.id from quota q
where q.org_id = (select o.org_id from person o where o.id = @personId) and ((q.kind = 0 and q.subject = @person) or (q.kind = 1 and q.subject = (select p.department from person p where p.id = @personId))
    or (q.kind = 2 and q.subject = @project))
order by q.id
