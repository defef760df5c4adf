-- Keeps answers to login attempts; refuses a second answer to one. Parameters: one array for each column, in this order. Index: primary key.
insert into login_attempt (terminal_id, attempt, at, device_id, session_id, reply)
select * from unnest($1, $2, $3, $4, $5, $6)
