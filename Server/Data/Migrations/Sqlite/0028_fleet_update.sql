-- Update packages that the publisher signed, who is offered them, and how agents stand about them.
create table fleet_package (
    id integer primary key,
    org_id integer not null references organisation (id),
    product text not null,
    version text not null,
    version_number integer not null,
    platform text not null,
    hash text not null,
    size integer not null,
    manifest blob not null,
    added_at integer not null,
    whole integer not null default 0,
    halted_at integer,
    halted_reason text,
    unique (org_id, hash)
) strict;

-- The archive in parts of 256 KiB, so that no statement carries it whole.
create table fleet_package_part (
    package_id integer not null references fleet_package (id),
    part integer not null,
    body blob not null,
    primary key (package_id, part)
) strict;

-- Stages: node 0 is everyone.
create table fleet_rollout (
    package_id integer not null references fleet_package (id),
    node_id integer not null,
    share integer not null,
    changed_at integer not null,
    primary key (package_id, node_id)
) strict;

create table fleet_agent_update (
    agent_id integer primary key references fleet_agent (id),
    version text not null,
    platform text not null,
    mode text not null,
    state text not null,
    about text not null,
    reason text not null,
    sent_at integer not null,
    reported_at integer not null
) strict;
create index fleet_agent_update_about on fleet_agent_update (about);
