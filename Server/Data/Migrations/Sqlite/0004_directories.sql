-- Directories that people are replicated from. Keys of names (dn_key, member_key) are hashes: names of people stand in the person table alone.
alter table person add column directory_enabled integer not null default 1;
alter table person_group add column directory integer not null default 0;

create table directory (
    id integer primary key,
    org_id integer not null references organisation (id),
    name text not null,
    name_folded text not null,
    password_sealed blob,
    settings_print blob,
    group_generation integer not null default 0,
    automatic integer not null default 0,
    wanted text,
    full_at integer,
    failures integer not null default 0,
    claim_owner text,
    claim_token integer not null default 0,
    claim_until integer not null default 0,
    next_due integer not null default 0,
    unique (org_id, name_folded)
) strict;

-- How far each part (people, groups) of a directory has been read.
create table directory_position (
    directory_id integer not null references directory (id),
    part text not null,
    method text not null,
    value blob not null,
    server text,
    primary key (directory_id, part)
) strict;

-- Which entry made which person. gone_at: since when the directory no longer has it.
create table directory_person (
    directory_id integer not null references directory (id),
    uuid blob not null,
    person_id integer not null unique references person (id) on delete cascade,
    dn_key blob not null,
    print blob not null,
    groups_print blob not null,
    written_at integer not null,
    gone_at integer,
    primary key (directory_id, uuid)
) strict;
create index directory_person_dn on directory_person (directory_id, dn_key);
create index directory_person_gone on directory_person (directory_id, gone_at) where gone_at is not null;

-- Groups as of a full listing (its run is the generation), kept up to date by later changes.
create table directory_group (
    id integer primary key,
    generation integer not null,
    uuid blob not null,
    dn_key blob not null,
    name text not null,
    print blob not null,
    unique (generation, uuid)
) strict;
create index directory_group_dn on directory_group (generation, dn_key);

create table directory_member (
    generation integer not null,
    member_key blob not null,
    group_id integer not null,
    primary key (generation, member_key, group_id)
) strict;
create index directory_member_group on directory_member (group_id);

-- Members whose groups changed and whose people have not been brought up to date yet.
create table directory_dirty (
    directory_id integer not null,
    member_key blob not null,
    primary key (directory_id, member_key)
) strict;

-- Entries that a run has seen, or has been told are gone; emptied at its end.
create table directory_seen (
    run_id integer not null,
    uuid blob not null,
    gone integer not null,
    primary key (run_id, uuid)
) strict;

create table directory_run (
    id integer primary key,
    directory_id integer not null references directory (id),
    org_id integer not null,
    kind text not null,
    started_by text not null,
    started_at integer not null,
    ended_at integer,
    outcome text not null,
    phase text not null,
    server text,
    seen integer not null default 0,
    added integer not null default 0,
    changed integer not null default 0,
    unchanged integer not null default 0,
    deactivated integer not null default 0,
    reactivated integer not null default 0,
    purged integer not null default 0,
    problems integer not null default 0,
    referrals integer not null default 0,
    cause integer not null default 0,
    message text,
    details text,
    next_due integer
) strict;
create index directory_run_directory on directory_run (directory_id, id);
