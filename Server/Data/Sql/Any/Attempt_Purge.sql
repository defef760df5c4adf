-- Forgets answers to old attempts, but none whose session still lives. Parameter: before. Index: login_attempt_time, primary key of session.
delete from login_attempt
where at < @before
  and not exists (select 1 from session s where s.id = login_attempt.session_id and s.state in (0, 1, 2, 3))
