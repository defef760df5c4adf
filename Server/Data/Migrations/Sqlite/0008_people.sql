-- Nothing looks for people by the name of a group.
drop index person_group_name;

-- Principals beside the first: userPrincipalName of Active Directory, further names of a MIT KDC.
create table person_principal_other (
    org_id integer not null,
    principal text not null,
    person_id integer not null references person (id) on delete cascade,
    primary key (org_id, principal, person_id)
);
create index person_principal_other_person on person_principal_other (person_id);

-- Active Directory holds a person's primary group at the person. Both are SIDs.
alter table directory_group add column sid blob;
alter table directory_person add column primary_group blob;
create index directory_person_primary on directory_person (directory_id, primary_group) where primary_group is not null;

-- The mapping as set by REST or the page, JSON; it wins over the file.
alter table directory add column mapping text;

-- People and groups that a provisioning client (SCIM) made or took over.
create table scim_user (
    person_id integer primary key references person (id) on delete cascade,
    org_id integer not null,
    external_id text,
    created_at integer not null
);
create index scim_user_order on scim_user (org_id, person_id);
create index scim_user_external on scim_user (org_id, external_id) where external_id is not null;

create table scim_group (
    id integer primary key,
    org_id integer not null,
    name text not null,
    name_folded text not null,
    external_id text,
    created_at integer not null,
    updated_at integer not null,
    unique (org_id, name_folded)
);
create index scim_group_order on scim_group (org_id, id);
create index scim_group_external on scim_group (org_id, external_id) where external_id is not null;

create table scim_member (
    group_id integer not null references scim_group (id) on delete cascade,
    person_id integer not null references person (id) on delete cascade,
    primary key (group_id, person_id)
);
create index scim_member_person on scim_member (person_id);
