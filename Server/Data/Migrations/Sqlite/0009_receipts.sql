-- Receipts that devices send of their own jobs: each is kept once for ever by device and key, and booked when the meters have shown its time.
create table receipt_stream (
    device_id integer primary key references device (id),
    state text not null
) strict;

create table receipt (
    id integer primary key,
    device_id integer not null references device (id),
    org_id integer not null,
    key text not null,
    hash blob not null,
    status integer not null,
    received_at integer not null,
    started_at integer not null,
    ended_at integer not null,
    clock_offset_ms integer,
    booked_at integer,
    person_id integer,
    session_id integer,
    project_id integer,
    shortage integer not null default 0,
    content text not null,
    unique (device_id, key)
) strict;
create index receipt_waiting on receipt (device_id, ended_at, id) where status = 0;
create index receipt_time on receipt (received_at, id);

-- The same key with other content: kept beside the first, which stands.
create table receipt_conflict (
    id integer primary key,
    device_id integer not null references device (id),
    key text not null,
    hash blob not null,
    received_at integer not null,
    content text not null,
    unique (device_id, key, hash)
) strict;

-- Messages of devices that were refused, for the administrator to see; forgotten after a month.
create table device_attempt (
    id integer primary key,
    at integer not null,
    device_id integer,
    address text not null,
    kind text not null,
    detail text not null
) strict;
create index device_attempt_time on device_attempt (at, id);

-- Names under which devices know people and projects. kind: 0 login, 1 account, 2 track, 3 department.
create table account_name (
    org_id integer not null references organisation (id),
    kind integer not null,
    value_folded text not null,
    value text not null,
    person_id integer references person (id) on delete cascade,
    project_id integer references project (id) on delete cascade,
    updated_at integer not null,
    primary key (org_id, kind, value_folded)
) strict;
