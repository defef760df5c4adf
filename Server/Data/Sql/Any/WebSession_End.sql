-- Ends a session. Parameter: hash. Index: primary key.
delete from web_session where hash = @hash
