-- Receipts that devices send of their own jobs: each is kept once for ever by device and key, and booked when the meters have shown its time.
create table receipt_stream (
    device_id bigint primary key references device (id),
    state text collate "C" not null
);

create table receipt (
    id bigint primary key,
    device_id bigint not null references device (id),
    org_id bigint not null,
    key text collate "C" not null,
    hash bytea not null,
    status smallint not null,
    received_at bigint not null,
    started_at bigint not null,
    ended_at bigint not null,
    clock_offset_ms bigint,
    booked_at bigint,
    person_id bigint,
    session_id bigint,
    project_id bigint,
    shortage smallint not null default 0,
    content text collate "C" not null,
    unique (device_id, key)
);
create index receipt_waiting on receipt (device_id, ended_at, id) where status = 0;
create index receipt_time on receipt (received_at, id);

-- The same key with other content: kept beside the first, which stands.
create table receipt_conflict (
    id bigint primary key,
    device_id bigint not null references device (id),
    key text collate "C" not null,
    hash bytea not null,
    received_at bigint not null,
    content text collate "C" not null,
    unique (device_id, key, hash)
);

-- Messages of devices that were refused, for the administrator to see; forgotten after a month.
create table device_attempt (
    id bigint primary key,
    at bigint not null,
    device_id bigint,
    address text collate "C" not null,
    kind text collate "C" not null,
    detail text collate "C" not null
);
create index device_attempt_time on device_attempt (at, id);

-- Names under which devices know people and projects. kind: 0 login, 1 account, 2 track, 3 department.
create table account_name (
    org_id bigint not null references organisation (id),
    kind smallint not null,
    value_folded text collate "C" not null,
    value text collate "C" not null,
    person_id bigint references person (id) on delete cascade,
    project_id bigint references project (id) on delete cascade,
    updated_at bigint not null,
    primary key (org_id, kind, value_folded)
);
