-- Web sign-in: the second step of local accounts, and sessions that the server can end. A session is stored by the SHA-256 of its cookie.
alter table web_account add column totp_secret blob;
alter table web_account add column totp_step integer;

create table web_recovery_code (
    account_id integer not null references web_account (id) on delete cascade,
    hash blob not null,
    primary key (account_id, hash)
) strict;

create table web_session (
    hash blob primary key,
    org_id integer not null references organisation (id),
    account_id integer references web_account (id) on delete cascade,
    person_id integer references person (id) on delete cascade,
    method text not null,
    stage integer not null,
    began_at integer not null,
    seen_at integer not null,
    proved_at integer,
    totp_secret blob
) strict;
create index web_session_account on web_session (account_id) where account_id is not null;
create index web_session_person on web_session (person_id) where person_id is not null;
create index web_session_began on web_session (began_at);
