-- The live activation code of a hash. Parameters: org, hash, now. Rows: id, person_id and what a panel shows of the person, at most one. Index: unique (hash).
select a.id, a.person_id, p.user_name, p.display_name
from activation_code a
join person p on p.id = a.person_id
where a.org_id = @org and a.hash = @hash and a.used_at is null and a.expires_at > @now and p.enabled = 1
