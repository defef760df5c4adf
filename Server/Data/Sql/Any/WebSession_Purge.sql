-- Forgets sessions that began long ago. Parameter: before. Index: web_session_began.
delete from web_session where began_at < @before
