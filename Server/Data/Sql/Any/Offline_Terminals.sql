-- Terminals that said they can work offline. Rows: device_id, terminal_id. Index: none (a few thousand rows, at start only).
select t.device_id, t.id as terminal_id
from terminal t
where t.revoked_at is null and t.capabilities is not null and ';' || t.capabilities || ';' like '%;offline;%'
