-- The latest moment that the state of any device knows, as text that orders like time. No parameters. Rows: one, null without devices. Reads the whole table, at a start only.
select max(max(coalesce(state ->> '$.last.confirmedAt', ''), coalesce(state ->> '$.open.record.openedAt', ''), coalesce(state ->> '$.settling.record.endedAt', ''))) from device_state where state is not null
