-- Directories that people are replicated from. Keys of names (dn_key, member_key) are hashes: names of people stand in the person table alone.
alter table person add column directory_enabled smallint not null default 1;
alter table person_group add column directory smallint not null default 0;

create table directory (
    id bigint primary key,
    org_id bigint not null references organisation (id),
    name text collate "C" not null,
    name_folded text collate "C" not null,
    password_sealed bytea,
    settings_print bytea,
    group_generation bigint not null default 0,
    automatic smallint not null default 0,
    wanted text collate "C",
    full_at bigint,
    failures bigint not null default 0,
    claim_owner text collate "C",
    claim_token bigint not null default 0,
    claim_until bigint not null default 0,
    next_due bigint not null default 0,
    unique (org_id, name_folded)
) with (fillfactor = 70);

-- How far each part (people, groups) of a directory has been read.
create table directory_position (
    directory_id bigint not null references directory (id),
    part text collate "C" not null,
    method text collate "C" not null,
    value bytea not null,
    server text collate "C",
    primary key (directory_id, part)
);

-- Which entry made which person. gone_at: since when the directory no longer has it.
create table directory_person (
    directory_id bigint not null references directory (id),
    uuid bytea not null,
    person_id bigint not null unique references person (id) on delete cascade,
    dn_key bytea not null,
    print bytea not null,
    groups_print bytea not null,
    written_at bigint not null,
    gone_at bigint,
    primary key (directory_id, uuid)
) with (fillfactor = 80);
create index directory_person_dn on directory_person (directory_id, dn_key);
create index directory_person_gone on directory_person (directory_id, gone_at) where gone_at is not null;

-- Groups as of a full listing (its run is the generation), kept up to date by later changes.
create table directory_group (
    id bigint primary key,
    generation bigint not null,
    uuid bytea not null,
    dn_key bytea not null,
    name text collate "C" not null,
    print bytea not null,
    unique (generation, uuid)
);
create index directory_group_dn on directory_group (generation, dn_key);

create table directory_member (
    generation bigint not null,
    member_key bytea not null,
    group_id bigint not null,
    primary key (generation, member_key, group_id)
);
create index directory_member_group on directory_member (group_id);

-- Members whose groups changed and whose people have not been brought up to date yet.
create table directory_dirty (
    directory_id bigint not null,
    member_key bytea not null,
    primary key (directory_id, member_key)
);

-- Entries that a run has seen, or has been told are gone; emptied at its end.
create unlogged table directory_seen (
    run_id bigint not null,
    uuid bytea not null,
    gone smallint not null,
    primary key (run_id, uuid)
);

create table directory_run (
    id bigint primary key,
    directory_id bigint not null references directory (id),
    org_id bigint not null,
    kind text collate "C" not null,
    started_by text collate "C" not null,
    started_at bigint not null,
    ended_at bigint,
    outcome text collate "C" not null,
    phase text collate "C" not null,
    server text collate "C",
    seen bigint not null default 0,
    added bigint not null default 0,
    changed bigint not null default 0,
    unchanged bigint not null default 0,
    deactivated bigint not null default 0,
    reactivated bigint not null default 0,
    purged bigint not null default 0,
    problems bigint not null default 0,
    referrals bigint not null default 0,
    cause integer not null default 0,
    message text collate "C",
    details text collate "C",
    next_due bigint
) with (fillfactor = 70);
create index directory_run_directory on directory_run (directory_id, id);
