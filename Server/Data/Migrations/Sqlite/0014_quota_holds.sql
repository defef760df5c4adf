-- What sessions and jobs that run now have set aside of a limit. holder: the session or job. granted is where the limit ends for it, spent what it has spent; the difference is held.
-- A session's goes with its session, a job's at the latest at until.
create table quota_hold (
    quota_id integer not null references quota (id) on delete cascade,
    holder text not null,
    session_id integer,
    device_id integer not null,
    granted_micros integer not null,
    spent_micros integer not null,
    at integer not null,
    until integer,
    primary key (quota_id, holder)
) strict;
create index quota_hold_holder on quota_hold (holder);
create index quota_hold_session on quota_hold (session_id) where session_id is not null;
