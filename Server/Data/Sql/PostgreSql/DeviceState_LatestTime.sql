-- The latest moment that the state of any device knows, as text that orders like time. No parameters. Rows: one, null without devices. Reads the whole table, at a start only.
select max(greatest(s.document -> 'last' ->> 'confirmedAt', s.document -> 'open' -> 'record' ->> 'openedAt', s.document -> 'settling' -> 'record' ->> 'endedAt') collate "C")
from (select state::json as document from device_state where state is not null) s
