-- Times are microseconds since 1970-01-01 UTC, money millionths of the currency, flags 0 or 1, folded names made by the program.

create table organisation (
    id bigint primary key,
    name text collate "C" not null,
    name_folded text collate "C" not null unique,
    created_at bigint not null
);
insert into organisation (id, name, name_folded, created_at) values (1, 'default', 'default', 0);

-- People. Names and addresses of people stand only here; everything else holds the id.
create table person (
    id bigint primary key,
    org_id bigint not null references organisation (id),
    user_name text collate "C" not null,
    user_folded text collate "C" not null,
    display_name text collate "C",
    email text collate "C",
    department text collate "C",
    cost_centre text collate "C",
    language text collate "C",
    principal text collate "C",
    functions text collate "C",
    project_required smallint not null default 0,
    enabled smallint not null default 1,
    source text collate "C" not null default 'local',
    created_at bigint not null,
    updated_at bigint not null,
    unique (org_id, user_folded)
);
create index person_principal on person (org_id, principal) where principal is not null;

create table person_group (
    person_id bigint not null references person (id) on delete cascade,
    group_name text collate "C" not null,
    group_folded text collate "C" not null,
    primary key (person_id, group_folded)
);
create index person_group_name on person_group (group_folded, person_id);

-- Keyed hashes only: HMAC-SHA-256 under the key named by key_id.
create table card (
    id bigint primary key,
    org_id bigint not null references organisation (id),
    key_id text collate "C" not null,
    hash bytea not null,
    suffix text collate "C",
    person_id bigint not null references person (id) on delete cascade,
    added_by text collate "C" not null,
    added_at bigint not null,
    unique (org_id, key_id, hash)
);
create index card_person on card (person_id);

create table pin (
    person_id bigint primary key references person (id) on delete cascade,
    org_id bigint not null references organisation (id),
    key_id text collate "C" not null,
    hash bytea not null,
    changed_at bigint not null,
    unique (org_id, key_id, hash)
);

create table activation_code (
    id bigint primary key,
    org_id bigint not null references organisation (id),
    person_id bigint not null references person (id) on delete cascade,
    hash bytea not null unique,
    created_at bigint not null,
    expires_at bigint not null,
    used_at bigint
);
create index activation_code_person on activation_code (person_id);

create table project (
    id bigint primary key,
    org_id bigint not null references organisation (id),
    code text collate "C" not null,
    code_folded text collate "C" not null,
    name text collate "C" not null,
    name_folded text collate "C" not null,
    parent_id bigint references project (id),
    enabled smallint not null default 1,
    created_at bigint not null,
    updated_at bigint not null,
    unique (org_id, code_folded)
);
create index project_name on project (org_id, name_folded);
create index project_parent on project (parent_id) where parent_id is not null;

create table project_user (
    project_id bigint not null references project (id) on delete cascade,
    person_id bigint not null references person (id) on delete cascade,
    primary key (project_id, person_id)
);
create index project_user_person on project_user (person_id, project_id);

create table project_group (
    project_id bigint not null references project (id) on delete cascade,
    group_name text collate "C" not null,
    group_folded text collate "C" not null,
    primary key (project_id, group_folded)
);

create table project_recent (
    person_id bigint not null references person (id) on delete cascade,
    project_id bigint not null references project (id) on delete cascade,
    used_at bigint not null,
    primary key (person_id, project_id)
);

-- Devices. The sealed columns are AES-GCM under a key of the secrets folder.
create table device (
    id bigint primary key,
    org_id bigint not null references organisation (id),
    name text collate "C" not null,
    name_folded text collate "C" not null,
    address text collate "C" not null,
    port bigint not null default 161,
    snmp_version text collate "C" not null default '2c',
    community_sealed bytea,
    v3_user text collate "C",
    v3_auth text collate "C",
    v3_auth_password_sealed bytea,
    v3_priv text collate "C",
    v3_priv_password_sealed bytea,
    location text collate "C",
    site text collate "C",
    functions text collate "C",
    color_capable smallint,
    profile text collate "C",
    credential_hash bytea,
    enabled smallint not null default 1,
    created_at bigint not null,
    updated_at bigint not null,
    deleted_at bigint,
    unique (org_id, name_folded)
);
create unique index device_credential on device (credential_hash) where credential_hash is not null;

-- The row that serialises a device: one JSON document, changed under its lock only.
create table device_state (
    device_id bigint primary key references device (id),
    org_id bigint not null,
    version bigint not null default 0,
    state text collate "C"
) with (fillfactor = 70);

-- Who reads a device's meters, and when next. claim_until is by the database's clock, everything else by the server's.
create table device_poll (
    device_id bigint primary key references device (id),
    org_id bigint not null,
    monitored smallint not null default 1,
    claim_owner text collate "C",
    claim_token bigint not null default 0,
    claim_until bigint not null default 0,
    next_due bigint not null default 0,
    unreachable_since bigint,
    failed_polls bigint not null default 0
) with (fillfactor = 70);
create index device_poll_due on device_poll (next_due) where monitored = 1;
create index device_poll_owner on device_poll (claim_owner) where claim_owner is not null;

create table terminal (
    id text collate "C" primary key,
    org_id bigint not null references organisation (id),
    name text collate "C" not null,
    name_folded text collate "C" not null,
    device_id bigint not null references device (id),
    vendor text collate "C",
    model text collate "C",
    firmware text collate "C",
    capabilities text collate "C",
    card_rules text collate "C",
    login_methods text collate "C",
    revoked_at bigint,
    last_seen_at bigint,
    connected_node text collate "C",
    panel_state text collate "C",
    created_at bigint not null,
    updated_at bigint not null,
    unique (org_id, name_folded)
);
create index terminal_device on terminal (device_id);

create table terminal_certificate (
    serial text collate "C" primary key,
    terminal_id text collate "C" not null references terminal (id),
    fingerprint bytea not null unique,
    key_hash bytea not null,
    issued_at bigint not null,
    expires_at bigint not null,
    revoked_at bigint
);
create index terminal_certificate_terminal on terminal_certificate (terminal_id);

create table enrol_code (
    terminal_id text collate "C" primary key references terminal (id),
    hash bytea not null,
    created_at bigint not null,
    expires_at bigint not null,
    wrong_tries bigint not null default 0,
    used_at bigint,
    used_key_hash bytea,
    certificate bytea
);

-- Sessions: a projection of the state documents; the unique index is the last guard of "one open session per device".
create table session (
    id bigint primary key,
    org_id bigint not null,
    device_id bigint not null,
    terminal_id text collate "C" not null,
    person_id bigint not null,
    project_id bigint,
    state smallint not null,
    method text collate "C" not null,
    functions text collate "C" not null,
    project_required smallint not null,
    opened_at bigint not null,
    last_activity_at bigint not null,
    ended_at bigint,
    settled_at bigint,
    end_reason smallint not null,
    inferred smallint not null,
    inferred_reason text collate "C"
) with (fillfactor = 70);
create unique index session_open on session (device_id) where state in (0, 1, 2);
create index session_live on session (state, device_id) where state in (0, 1, 2, 3);
create index session_person on session (person_id, opened_at);
create index session_device on session (device_id, opened_at);
create index session_time on session (opened_at, id);

create table login_attempt (
    terminal_id text collate "C" not null,
    attempt text collate "C" not null,
    at bigint not null,
    device_id bigint not null,
    session_id bigint,
    reply text collate "C" not null,
    primary key (terminal_id, attempt)
);
create index login_attempt_time on login_attempt (at);

create table lockout (
    org_id bigint not null,
    kind text collate "C" not null,
    name text collate "C" not null,
    updated_at bigint not null,
    state text collate "C" not null,
    primary key (org_id, kind, name)
) with (fillfactor = 70);
create index lockout_time on lockout (updated_at);

-- The page ledger. Nothing here is ever updated but reading.confirmed_at.
create table epoch (
    device_id bigint not null,
    epoch integer not null,
    opened_at bigint not null,
    reason text collate "C" not null,
    serial text collate "C",
    counters text collate "C" not null,
    primary key (device_id, epoch)
);

create table reading (
    device_id bigint not null,
    seq bigint not null,
    at bigint not null,
    confirmed_at bigint not null,
    uptime bigint,
    token bigint not null,
    epoch integer not null,
    boot integer not null,
    status smallint not null,
    trigger smallint not null,
    serial text collate "C",
    meters text collate "C" not null,
    primary key (device_id, seq, at)
) partition by range (at);
create index reading_time on reading (device_id, at);

create table entry (
    device_id bigint not null,
    seq bigint not null,
    at bigint not null,
    posted_at bigint not null,
    org_id bigint not null,
    interval_seq bigint not null,
    delta bigint not null,
    session_id bigint,
    person_id bigint,
    project_id bigint,
    reverses bigint,
    epoch integer not null,
    counter integer not null,
    cause smallint not null,
    confidence smallint not null,
    source smallint not null,
    evidence text collate "C",
    primary key (device_id, seq, at)
) partition by range (at);
create index entry_time on entry (at, device_id, seq);
create index entry_person on entry (person_id, at) where person_id is not null;
create index entry_session on entry (session_id) where session_id is not null;

-- Roll-ups. person_id and project_id are 0 for "no one" and "none"; day is the day number of the local date (days since 0001-01-01).
create table usage_day (
    org_id bigint not null,
    day integer not null,
    device_id bigint not null,
    person_id bigint not null,
    project_id bigint not null,
    function smallint not null,
    cause smallint not null,
    jobs bigint not null,
    impressions bigint not null,
    mono bigint not null,
    color bigint not null,
    unknown_color bigint not null,
    normal bigint not null,
    large bigint not null,
    unknown_size bigint not null,
    sheets bigint not null,
    duplex_sheets bigint not null,
    unknown_sides bigint not null,
    scans bigint not null,
    faxes bigint not null,
    cost_micros bigint not null,
    primary key (org_id, day, device_id, person_id, project_id, function, cause)
) with (fillfactor = 80);
create index usage_day_device on usage_day (device_id, day);
create index usage_day_person on usage_day (person_id, day) where person_id <> 0;

-- month = year * 12 + (month - 1) of the local date.
create table usage_month (
    org_id bigint not null,
    month integer not null,
    person_id bigint not null,
    project_id bigint not null,
    jobs bigint not null,
    impressions bigint not null,
    mono bigint not null,
    color bigint not null,
    unknown_color bigint not null,
    normal bigint not null,
    large bigint not null,
    unknown_size bigint not null,
    sheets bigint not null,
    duplex_sheets bigint not null,
    unknown_sides bigint not null,
    scans bigint not null,
    faxes bigint not null,
    cost_micros bigint not null,
    primary key (org_id, month, person_id, project_id)
) with (fillfactor = 80);

create table ledger_checkpoint (
    device_id bigint not null,
    epoch integer not null,
    seq bigint not null,
    at bigint not null,
    content text collate "C" not null,
    key_id text collate "C" not null,
    signature bytea not null,
    primary key (device_id, epoch, seq)
);

create table offline_upload (
    terminal_id text collate "C" not null,
    local_id text collate "C" not null,
    at bigint not null,
    person_id bigint,
    session_id bigint,
    outcome bigint not null,
    content text collate "C" not null,
    primary key (terminal_id, local_id)
);

-- Messages between nodes and from command-line verbs to a running server.
create table outbox (
    id bigint generated always as identity primary key,
    at bigint not null,
    topic text collate "C" not null,
    device_id bigint,
    payload text collate "C" not null
);
create index outbox_time on outbox (at);

-- Access to the server itself. Tokens and codes are 256 bits; SHA-256 is kept.
create table access_token (
    id bigint primary key,
    hash bytea not null unique,
    role text collate "C" not null,
    scope text collate "C",
    created_at bigint not null,
    expires_at bigint,
    revoked_at bigint,
    last_used_at bigint
);

create table setup_code (
    hash bytea primary key,
    created_at bigint not null,
    expires_at bigint not null,
    used_at bigint
);

create table web_account (
    id bigint primary key,
    org_id bigint not null references organisation (id),
    name text collate "C" not null,
    name_folded text collate "C" not null,
    password_hash text collate "C" not null,
    role text collate "C" not null,
    scope text collate "C",
    enabled smallint not null default 1,
    created_at bigint not null,
    updated_at bigint not null,
    unique (org_id, name_folded)
);

create table setting (
    name text collate "C" primary key,
    value text collate "C" not null,
    updated_at bigint not null
);

create table secret_fingerprint (
    name text collate "C" primary key,
    fingerprint text collate "C" not null,
    created_at bigint not null
);

create table audit_log (
    id bigint primary key,
    at bigint not null,
    org_id bigint not null,
    actor text collate "C" not null,
    action text collate "C" not null,
    subject text collate "C" not null,
    before_value text collate "C",
    after_value text collate "C"
);
create index audit_log_time on audit_log (at, id);

create table access_log (
    id bigint primary key,
    at bigint not null,
    terminal_id text collate "C" not null,
    device_id bigint,
    person_id bigint,
    method text collate "C" not null,
    outcome text collate "C" not null,
    card_suffix text collate "C"
);
create index access_log_time on access_log (at, id);
create index access_log_terminal on access_log (terminal_id, at);

-- The net under the monthly partitions, which the server makes ahead.
create table reading_default partition of reading default;
create table entry_default partition of entry default;
