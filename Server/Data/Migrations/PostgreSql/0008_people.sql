-- Many people at once. Each row of these tables asked its parents for a lock, one look-up a row and a third of the time of a first replication. Their parents are there because
-- the same transaction wrote them, or are never removed (organisations, directories); who removes a person removes these rows in the same statement (Person_Delete).
alter table person drop constraint person_org_id_fkey;
alter table person_group drop constraint person_group_person_id_fkey;
alter table card drop constraint card_org_id_fkey;
alter table card drop constraint card_person_id_fkey;
alter table directory_person drop constraint directory_person_directory_id_fkey;
alter table directory_person drop constraint directory_person_person_id_fkey;

-- Nothing looks for people by the name of a group.
drop index person_group_name;

-- Principals beside the first: userPrincipalName of Active Directory, further names of a MIT KDC.
create table person_principal_other (
    org_id bigint not null,
    principal text collate "C" not null,
    person_id bigint not null,
    primary key (org_id, principal, person_id)
);
create index person_principal_other_person on person_principal_other (person_id);

-- Active Directory holds a person's primary group at the person. Both are SIDs.
alter table directory_group add column sid bytea;
alter table directory_person add column primary_group bytea;
create index directory_person_primary on directory_person (directory_id, primary_group) where primary_group is not null;

-- The mapping as set by REST or the page, JSON; it wins over the file.
alter table directory add column mapping text collate "C";

-- People and groups that a provisioning client (SCIM) made or took over.
create table scim_user (
    person_id bigint primary key,
    org_id bigint not null,
    external_id text collate "C",
    created_at bigint not null
);
create index scim_user_order on scim_user (org_id, person_id);
create index scim_user_external on scim_user (org_id, external_id) where external_id is not null;

create table scim_group (
    id bigint primary key,
    org_id bigint not null,
    name text collate "C" not null,
    name_folded text collate "C" not null,
    external_id text collate "C",
    created_at bigint not null,
    updated_at bigint not null,
    unique (org_id, name_folded)
);
create index scim_group_order on scim_group (org_id, id);
create index scim_group_external on scim_group (org_id, external_id) where external_id is not null;

create table scim_member (
    group_id bigint not null references scim_group (id) on delete cascade,
    person_id bigint not null,
    primary key (group_id, person_id)
);
create index scim_member_person on scim_member (person_id);
