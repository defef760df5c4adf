-- Certificates of terminals that have not run out. Parameters: now. Rows: CertificateState. Reads the whole table, which holds about two rows for each terminal.
select c.serial, c.terminal_id,
       case when c.revoked_at is null then 0 else 1 end as revoked,
       case when t.revoked_at is null then 0 else 1 end as terminal_revoked
from terminal_certificate c
join terminal t on t.id = c.terminal_id
where c.expires_at > @now
