-- Keeps what a session with a limit has spent. Parameters: session, spent. Index: quota_hold_session.
update quota_hold set spent_micros = @spent where session_id = @session
