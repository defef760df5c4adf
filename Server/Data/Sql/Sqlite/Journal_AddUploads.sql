-- Keeps offline logins that are booked; refuses one that is kept already. Parameters: the columns. Index: primary key.
insert into offline_upload (terminal_id, local_id, at, person_id, session_id, outcome, content)
values (@terminalId, @localId, @at, @personId, @sessionId, 0, @content)
