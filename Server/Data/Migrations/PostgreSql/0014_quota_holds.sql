-- What sessions and jobs that run now have set aside of a limit. holder: the session or job. granted is where the limit ends for it, spent what it has spent; the difference is held.
-- A session's goes with its session, a job's at the latest at until.
create table quota_hold (
    quota_id bigint not null references quota (id) on delete cascade,
    holder text collate "C" not null,
    session_id bigint,
    device_id bigint not null,
    granted_micros bigint not null,
    spent_micros bigint not null,
    at bigint not null,
    until bigint,
    primary key (quota_id, holder)
);
create index quota_hold_holder on quota_hold (holder);
create index quota_hold_session on quota_hold (session_id) where session_id is not null;
