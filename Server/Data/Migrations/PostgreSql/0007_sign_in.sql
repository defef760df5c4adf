-- Web sign-in: the second step of local accounts, and sessions that the server can end. A session is stored by the SHA-256 of its cookie.
alter table web_account add column totp_secret bytea;
alter table web_account add column totp_step bigint;

create table web_recovery_code (
    account_id bigint not null references web_account (id) on delete cascade,
    hash bytea not null,
    primary key (account_id, hash)
);

create table web_session (
    hash bytea primary key,
    org_id bigint not null references organisation (id),
    account_id bigint references web_account (id) on delete cascade,
    person_id bigint references person (id) on delete cascade,
    method text collate "C" not null,
    stage bigint not null,
    began_at bigint not null,
    seen_at bigint not null,
    proved_at bigint,
    totp_secret bytea
);
create index web_session_account on web_session (account_id) where account_id is not null;
create index web_session_person on web_session (person_id) where person_id is not null;
create index web_session_began on web_session (began_at);
