-- Wakes whoever listens for messages.
select pg_notify('copytrack_outbox', '')
