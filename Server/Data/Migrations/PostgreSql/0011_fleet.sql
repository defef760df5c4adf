-- Fleet: who has agents (dealer, customer, site), the agents, their messages until they are applied, and what they meter.
create table fleet_node (
    id bigint primary key,
    org_id bigint not null references organisation (id),
    parent_id bigint references fleet_node (id),
    customer_id bigint,
    kind text collate "C" not null,
    name text collate "C" not null,
    name_folded text collate "C" not null,
    created_at bigint not null,
    unique (org_id, name_folded)
);
create index fleet_node_parent on fleet_node (parent_id);

create table fleet_agent (
    id bigint primary key,
    org_id bigint not null references organisation (id),
    node_id bigint not null references fleet_node (id),
    name text collate "C" not null,
    name_folded text collate "C" not null,
    public_key bytea,
    code_hash bytea,
    code_expires_at bigint,
    code_used_at bigint,
    enrolled_at bigint,
    revoked_at bigint,
    program text collate "C",
    address text collate "C",
    last_seen_at bigint,
    last_new_at bigint,
    clock_off_ms bigint not null default 0,
    applied_through bigint not null default 0,
    repeated bigint not null default 0,
    refused bigint not null default 0,
    due_at bigint,
    claim_owner text collate "C",
    claim_until bigint not null default 0,
    wants_number bigint not null default 0,
    wants_verbs text collate "C",
    wants_counter_seconds bigint,
    wants_inventory_seconds bigint,
    created_at bigint not null,
    unique (org_id, name_folded)
);
create unique index fleet_agent_code on fleet_agent (code_hash) where code_hash is not null;
create index fleet_agent_due on fleet_agent (due_at) where due_at is not null;
create index fleet_agent_node on fleet_agent (node_id);

-- What is kept and not yet applied. body is null for what was refused, which only fills its place in the order.
create table fleet_message (
    agent_id bigint not null references fleet_agent (id),
    sequence bigint not null,
    first bigint not null,
    received_at bigint not null,
    correction_ms bigint not null,
    body bytea,
    primary key (agent_id, sequence)
);

-- Numbers that never came; a message that comes late after all takes its number out.
create table fleet_gap (
    agent_id bigint not null references fleet_agent (id),
    first bigint not null,
    last bigint not null,
    seen_at bigint not null,
    primary key (agent_id, first)
);

create table fleet_device (
    agent_id bigint not null references fleet_agent (id),
    key text collate "C" not null,
    device_id bigint not null references device (id),
    serial text collate "C",
    address text collate "C",
    first_seen_at bigint not null,
    reading_at bigint,
    inventory_at bigint,
    silent_since bigint,
    silent_reason text collate "C",
    primary key (agent_id, key)
);
create index fleet_device_device on fleet_device (device_id);
create index fleet_device_serial on fleet_device (serial) where serial is not null;
create index device_inventory_serial on device_inventory ((report::jsonb -> 'identity' ->> 'serial'));

create table fleet_refusal (
    id bigint primary key,
    at bigint not null,
    agent_id bigint,
    sequence bigint,
    address text collate "C",
    reason text collate "C" not null
);
create index fleet_refusal_time on fleet_refusal (at);
