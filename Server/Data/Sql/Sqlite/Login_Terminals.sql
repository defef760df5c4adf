-- What a login asks about its terminal. Parameters: orgId, terminalId, deviceId, attempt (null = none), name (null = none).
-- Rows: stored reply, lock-out state of the terminal, functions and colour of the device, lock-out state of the submitted name, what happens at zero. Index: primary keys.
select (select a.reply from login_attempt a where a.terminal_id = @terminalId and a.attempt = @attempt),
       (select l.state from lockout l where l.org_id = @orgId and l.kind = 'terminal' and l.name = @terminalId),
       (select d.functions from device d where d.id = @deviceId),
       (select d.color_capable from device d where d.id = @deviceId),
       (select l.state from lockout l where l.org_id = @orgId and l.kind = 'name' and l.name = @name),
       (select d.locks_at_zero from device d where d.id = @deviceId)
