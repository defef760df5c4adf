-- Keeps what sessions with a limit have spent. Parameters: arrays of session, spent. Index: quota_hold_session.
update quota_hold set spent_micros = s.spent
from unnest($1, $2) as s (session, spent)
where quota_hold.session_id = s.session and quota_hold.session_id = any($1)
