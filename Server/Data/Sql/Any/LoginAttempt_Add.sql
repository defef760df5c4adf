-- Keeps the answer to a failed attempt; nothing happens when the attempt is kept already. Parameters: terminal, attempt, at, device, reply. Rows: none. Index: login_attempt primary key.
insert into login_attempt (terminal_id, attempt, at, device_id, session_id, reply)
values (@terminal, @attempt, @at, @device, null, @reply)
on conflict (terminal_id, attempt) do nothing
