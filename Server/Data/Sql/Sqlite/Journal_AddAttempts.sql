-- Keeps answers to login attempts; refuses a second answer to one. Parameters: the columns. Index: primary key.
insert into login_attempt (terminal_id, attempt, at, device_id, session_id, reply)
values (@terminalId, @attempt, @at, @deviceId, @sessionId, @reply)
