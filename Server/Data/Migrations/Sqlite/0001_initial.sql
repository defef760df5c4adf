-- Times are microseconds since 1970-01-01 UTC, money millionths of the currency, flags 0 or 1, folded names made by the program.

create table organisation (
    id integer primary key,
    name text not null,
    name_folded text not null unique,
    created_at integer not null
) strict;
insert into organisation (id, name, name_folded, created_at) values (1, 'default', 'default', 0);

-- People. Names and addresses of people stand only here; everything else holds the id.
create table person (
    id integer primary key,
    org_id integer not null references organisation (id),
    user_name text not null,
    user_folded text not null,
    display_name text,
    email text,
    department text,
    cost_centre text,
    language text,
    principal text,
    functions text,
    project_required integer not null default 0,
    enabled integer not null default 1,
    source text not null default 'local',
    created_at integer not null,
    updated_at integer not null,
    unique (org_id, user_folded)
) strict;
create index person_principal on person (org_id, principal) where principal is not null;

create table person_group (
    person_id integer not null references person (id) on delete cascade,
    group_name text not null,
    group_folded text not null,
    primary key (person_id, group_folded)
) strict;
create index person_group_name on person_group (group_folded, person_id);

-- Keyed hashes only: HMAC-SHA-256 under the key named by key_id.
create table card (
    id integer primary key,
    org_id integer not null references organisation (id),
    key_id text not null,
    hash blob not null,
    suffix text,
    person_id integer not null references person (id) on delete cascade,
    added_by text not null,
    added_at integer not null,
    unique (org_id, key_id, hash)
) strict;
create index card_person on card (person_id);

create table pin (
    person_id integer primary key references person (id) on delete cascade,
    org_id integer not null references organisation (id),
    key_id text not null,
    hash blob not null,
    changed_at integer not null,
    unique (org_id, key_id, hash)
) strict;

create table activation_code (
    id integer primary key,
    org_id integer not null references organisation (id),
    person_id integer not null references person (id) on delete cascade,
    hash blob not null unique,
    created_at integer not null,
    expires_at integer not null,
    used_at integer
) strict;
create index activation_code_person on activation_code (person_id);

create table project (
    id integer primary key,
    org_id integer not null references organisation (id),
    code text not null,
    code_folded text not null,
    name text not null,
    name_folded text not null,
    parent_id integer references project (id),
    enabled integer not null default 1,
    created_at integer not null,
    updated_at integer not null,
    unique (org_id, code_folded)
) strict;
create index project_name on project (org_id, name_folded);
create index project_parent on project (parent_id) where parent_id is not null;

create table project_user (
    project_id integer not null references project (id) on delete cascade,
    person_id integer not null references person (id) on delete cascade,
    primary key (project_id, person_id)
) strict;
create index project_user_person on project_user (person_id, project_id);

create table project_group (
    project_id integer not null references project (id) on delete cascade,
    group_name text not null,
    group_folded text not null,
    primary key (project_id, group_folded)
) strict;

create table project_recent (
    person_id integer not null references person (id) on delete cascade,
    project_id integer not null references project (id) on delete cascade,
    used_at integer not null,
    primary key (person_id, project_id)
) strict;

-- Devices. The sealed columns are AES-GCM under a key of the secrets folder.
create table device (
    id integer primary key,
    org_id integer not null references organisation (id),
    name text not null,
    name_folded text not null,
    address text not null,
    port integer not null default 161,
    snmp_version text not null default '2c',
    community_sealed blob,
    v3_user text,
    v3_auth text,
    v3_auth_password_sealed blob,
    v3_priv text,
    v3_priv_password_sealed blob,
    location text,
    site text,
    functions text,
    color_capable integer,
    profile text,
    credential_hash blob,
    enabled integer not null default 1,
    created_at integer not null,
    updated_at integer not null,
    deleted_at integer,
    unique (org_id, name_folded)
) strict;
create unique index device_credential on device (credential_hash) where credential_hash is not null;

-- The row that serialises a device: one JSON document, changed under its lock only.
create table device_state (
    device_id integer primary key references device (id),
    org_id integer not null,
    version integer not null default 0,
    state text
) strict;

-- Who reads a device's meters, and when next. claim_until is by the database's clock, everything else by the server's.
create table device_poll (
    device_id integer primary key references device (id),
    org_id integer not null,
    monitored integer not null default 1,
    claim_owner text,
    claim_token integer not null default 0,
    claim_until integer not null default 0,
    next_due integer not null default 0,
    unreachable_since integer,
    failed_polls integer not null default 0
) strict;
create index device_poll_due on device_poll (next_due) where monitored = 1;
create index device_poll_owner on device_poll (claim_owner) where claim_owner is not null;

create table terminal (
    id text primary key,
    org_id integer not null references organisation (id),
    name text not null,
    name_folded text not null,
    device_id integer not null references device (id),
    vendor text,
    model text,
    firmware text,
    capabilities text,
    card_rules text,
    login_methods text,
    revoked_at integer,
    last_seen_at integer,
    connected_node text,
    panel_state text,
    created_at integer not null,
    updated_at integer not null,
    unique (org_id, name_folded)
) strict;
create index terminal_device on terminal (device_id);

create table terminal_certificate (
    serial text primary key,
    terminal_id text not null references terminal (id),
    fingerprint blob not null unique,
    key_hash blob not null,
    issued_at integer not null,
    expires_at integer not null,
    revoked_at integer
) strict;
create index terminal_certificate_terminal on terminal_certificate (terminal_id);

create table enrol_code (
    terminal_id text primary key references terminal (id),
    hash blob not null,
    created_at integer not null,
    expires_at integer not null,
    wrong_tries integer not null default 0,
    used_at integer,
    used_key_hash blob,
    certificate blob
) strict;

-- Sessions: a projection of the state documents; the unique index is the last guard of "one open session per device".
create table session (
    id integer primary key,
    org_id integer not null,
    device_id integer not null,
    terminal_id text not null,
    person_id integer not null,
    project_id integer,
    state integer not null,
    method text not null,
    functions text not null,
    project_required integer not null,
    opened_at integer not null,
    last_activity_at integer not null,
    ended_at integer,
    settled_at integer,
    end_reason integer not null,
    inferred integer not null,
    inferred_reason text
) strict;
create unique index session_open on session (device_id) where state in (0, 1, 2);
create index session_live on session (state, device_id) where state in (0, 1, 2, 3);
create index session_person on session (person_id, opened_at);
create index session_device on session (device_id, opened_at);
create index session_time on session (opened_at, id);

create table login_attempt (
    terminal_id text not null,
    attempt text not null,
    at integer not null,
    device_id integer not null,
    session_id integer,
    reply text not null,
    primary key (terminal_id, attempt)
) strict;
create index login_attempt_time on login_attempt (at);

create table lockout (
    org_id integer not null,
    kind text not null,
    name text not null,
    updated_at integer not null,
    state text not null,
    primary key (org_id, kind, name)
) strict;
create index lockout_time on lockout (updated_at);

-- The page ledger. Nothing here is ever updated but reading.confirmed_at.
create table epoch (
    device_id integer not null,
    epoch integer not null,
    opened_at integer not null,
    reason text not null,
    serial text,
    counters text not null,
    primary key (device_id, epoch)
) strict;

create table reading (
    device_id integer not null,
    seq integer not null,
    at integer not null,
    confirmed_at integer not null,
    uptime integer,
    token integer not null,
    epoch integer not null,
    boot integer not null,
    status integer not null,
    trigger integer not null,
    serial text,
    meters text not null,
    primary key (device_id, seq, at)
) without rowid, strict;
create index reading_time on reading (device_id, at);

create table entry (
    device_id integer not null,
    seq integer not null,
    at integer not null,
    posted_at integer not null,
    org_id integer not null,
    interval_seq integer not null,
    delta integer not null,
    session_id integer,
    person_id integer,
    project_id integer,
    reverses integer,
    epoch integer not null,
    counter integer not null,
    cause integer not null,
    confidence integer not null,
    source integer not null,
    evidence text,
    primary key (device_id, seq, at)
) without rowid, strict;
create index entry_time on entry (at, device_id, seq);
create index entry_person on entry (person_id, at) where person_id is not null;
create index entry_session on entry (session_id) where session_id is not null;

-- Roll-ups. person_id and project_id are 0 for "no one" and "none"; day is the day number of the local date (days since 0001-01-01).
create table usage_day (
    org_id integer not null,
    day integer not null,
    device_id integer not null,
    person_id integer not null,
    project_id integer not null,
    function integer not null,
    cause integer not null,
    jobs integer not null,
    impressions integer not null,
    mono integer not null,
    color integer not null,
    unknown_color integer not null,
    normal integer not null,
    large integer not null,
    unknown_size integer not null,
    sheets integer not null,
    duplex_sheets integer not null,
    unknown_sides integer not null,
    scans integer not null,
    faxes integer not null,
    cost_micros integer not null,
    primary key (org_id, day, device_id, person_id, project_id, function, cause)
) without rowid, strict;
create index usage_day_device on usage_day (device_id, day);
create index usage_day_person on usage_day (person_id, day) where person_id <> 0;

-- month = year * 12 + (month - 1) of the local date.
create table usage_month (
    org_id integer not null,
    month integer not null,
    person_id integer not null,
    project_id integer not null,
    jobs integer not null,
    impressions integer not null,
    mono integer not null,
    color integer not null,
    unknown_color integer not null,
    normal integer not null,
    large integer not null,
    unknown_size integer not null,
    sheets integer not null,
    duplex_sheets integer not null,
    unknown_sides integer not null,
    scans integer not null,
    faxes integer not null,
    cost_micros integer not null,
    primary key (org_id, month, person_id, project_id)
) without rowid, strict;

create table ledger_checkpoint (
    device_id integer not null,
    epoch integer not null,
    seq integer not null,
    at integer not null,
    content text not null,
    key_id text not null,
    signature blob not null,
    primary key (device_id, epoch, seq)
) strict;

create table offline_upload (
    terminal_id text not null,
    local_id text not null,
    at integer not null,
    person_id integer,
    session_id integer,
    outcome integer not null,
    content text not null,
    primary key (terminal_id, local_id)
) strict;

-- Messages between nodes and from command-line verbs to a running server.
create table outbox (
    id integer primary key autoincrement,
    at integer not null,
    topic text not null,
    device_id integer,
    payload text not null
) strict;
create index outbox_time on outbox (at);

-- Access to the server itself. Tokens and codes are 256 bits; SHA-256 is kept.
create table access_token (
    id integer primary key,
    hash blob not null unique,
    role text not null,
    scope text,
    created_at integer not null,
    expires_at integer,
    revoked_at integer,
    last_used_at integer
) strict;

create table setup_code (
    hash blob primary key,
    created_at integer not null,
    expires_at integer not null,
    used_at integer
) strict;

create table web_account (
    id integer primary key,
    org_id integer not null references organisation (id),
    name text not null,
    name_folded text not null,
    password_hash text not null,
    role text not null,
    scope text,
    enabled integer not null default 1,
    created_at integer not null,
    updated_at integer not null,
    unique (org_id, name_folded)
) strict;

create table setting (
    name text primary key,
    value text not null,
    updated_at integer not null
) strict;

create table secret_fingerprint (
    name text primary key,
    fingerprint text not null,
    created_at integer not null
) strict;

create table audit_log (
    id integer primary key,
    at integer not null,
    org_id integer not null,
    actor text not null,
    action text not null,
    subject text not null,
    before_value text,
    after_value text
) strict;
create index audit_log_time on audit_log (at, id);

create table access_log (
    id integer primary key,
    at integer not null,
    terminal_id text not null,
    device_id integer,
    person_id integer,
    method text not null,
    outcome text not null,
    card_suffix text
) strict;
create index access_log_time on access_log (at, id);
create index access_log_terminal on access_log (terminal_id, at);
