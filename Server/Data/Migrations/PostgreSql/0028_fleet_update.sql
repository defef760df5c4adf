-- Update packages that the publisher signed, who is offered them, and how agents stand about them.
create table fleet_package (
    id bigint primary key,
    org_id bigint not null references organisation (id),
    product text collate "C" not null,
    version text collate "C" not null,
    version_number bigint not null,
    platform text collate "C" not null,
    hash text collate "C" not null,
    size bigint not null,
    manifest bytea not null,
    added_at bigint not null,
    whole bigint not null default 0,
    halted_at bigint,
    halted_reason text collate "C",
    unique (org_id, hash)
);

-- The archive in parts of 256 KiB, so that no statement carries it whole.
create table fleet_package_part (
    package_id bigint not null references fleet_package (id),
    part bigint not null,
    body bytea not null,
    primary key (package_id, part)
);

-- Stages: node 0 is everyone.
create table fleet_rollout (
    package_id bigint not null references fleet_package (id),
    node_id bigint not null,
    share bigint not null,
    changed_at bigint not null,
    primary key (package_id, node_id)
);

create table fleet_agent_update (
    agent_id bigint primary key references fleet_agent (id),
    version text collate "C" not null,
    platform text collate "C" not null,
    mode text collate "C" not null,
    state text collate "C" not null,
    about text collate "C" not null,
    reason text collate "C" not null,
    sent_at bigint not null,
    reported_at bigint not null
);
create index fleet_agent_update_about on fleet_agent_update (about);
