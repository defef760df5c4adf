-- Keeps answers to login attempts; the first answer to an attempt stays. Parameters: the columns. Index: primary key.
insert into login_attempt (terminal_id, attempt, at, device_id, session_id, reply)
values (@terminalId, @attempt, @at, @deviceId, @sessionId, @reply)
on conflict (terminal_id, attempt) do nothing
