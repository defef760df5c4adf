-- One certificate of a terminal. Parameters: serial. Rows: CertificateState, at most one. Index: primary key.
select c.serial, c.terminal_id,
       case when c.revoked_at is null then 0 else 1 end as revoked,
       case when t.revoked_at is null then 0 else 1 end as terminal_revoked
from terminal_certificate c
join terminal t on t.id = c.terminal_id
where c.serial = @serial
