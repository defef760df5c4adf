-- Gives back what is held by jobs whose time is over and by sessions that are not there (a server that ended between setting aside and opening). Parameters: now, fresh (what is
-- younger may be about to open). Index: primary key of session.
delete from quota_hold
where until < @now or (session_id is not null and at < @fresh
    and not exists (select 1 from session s where s.id = quota_hold.session_id and s.state in (0, 1, 2, 3)))
