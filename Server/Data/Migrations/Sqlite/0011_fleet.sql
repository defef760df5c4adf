-- Fleet: who has agents (dealer, customer, site), the agents, their messages until they are applied, and what they meter.
create table fleet_node (
    id integer primary key,
    org_id integer not null references organisation (id),
    parent_id integer references fleet_node (id),
    customer_id integer,
    kind text not null,
    name text not null,
    name_folded text not null,
    created_at integer not null,
    unique (org_id, name_folded)
) strict;
create index fleet_node_parent on fleet_node (parent_id);

create table fleet_agent (
    id integer primary key,
    org_id integer not null references organisation (id),
    node_id integer not null references fleet_node (id),
    name text not null,
    name_folded text not null,
    public_key blob,
    code_hash blob,
    code_expires_at integer,
    code_used_at integer,
    enrolled_at integer,
    revoked_at integer,
    program text,
    address text,
    last_seen_at integer,
    last_new_at integer,
    clock_off_ms integer not null default 0,
    applied_through integer not null default 0,
    repeated integer not null default 0,
    refused integer not null default 0,
    due_at integer,
    claim_owner text,
    claim_until integer not null default 0,
    wants_number integer not null default 0,
    wants_verbs text,
    wants_counter_seconds integer,
    wants_inventory_seconds integer,
    created_at integer not null,
    unique (org_id, name_folded)
) strict;
create unique index fleet_agent_code on fleet_agent (code_hash) where code_hash is not null;
create index fleet_agent_due on fleet_agent (due_at) where due_at is not null;
create index fleet_agent_node on fleet_agent (node_id);

-- What is kept and not yet applied. body is null for what was refused, which only fills its place in the order.
create table fleet_message (
    agent_id integer not null references fleet_agent (id),
    sequence integer not null,
    first integer not null,
    received_at integer not null,
    correction_ms integer not null,
    body blob,
    primary key (agent_id, sequence)
) strict;

-- Numbers that never came; a message that comes late after all takes its number out.
create table fleet_gap (
    agent_id integer not null references fleet_agent (id),
    first integer not null,
    last integer not null,
    seen_at integer not null,
    primary key (agent_id, first)
) strict;

create table fleet_device (
    agent_id integer not null references fleet_agent (id),
    key text not null,
    device_id integer not null references device (id),
    serial text,
    address text,
    first_seen_at integer not null,
    reading_at integer,
    inventory_at integer,
    silent_since integer,
    silent_reason text,
    primary key (agent_id, key)
) strict;
create index fleet_device_device on fleet_device (device_id);
create index fleet_device_serial on fleet_device (serial) where serial is not null;
create index device_inventory_serial on device_inventory (json_extract(report, '$.identity.serial'));

create table fleet_refusal (
    id integer primary key,
    at integer not null,
    agent_id integer,
    sequence integer,
    address text,
    reason text not null
) strict;
create index fleet_refusal_time on fleet_refusal (at);
