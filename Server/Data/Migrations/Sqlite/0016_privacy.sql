-- Wishes to know the name behind a pseudonym: one person asks, another one grants it for a time.
create table name_request (
    id integer primary key,
    org_id integer not null references organisation (id),
    person_id integer not null references person (id) on delete cascade,
    asked_by text not null,
    reason text not null,
    asked_at integer not null,
    decided_by text,
    decided_at integer,
    expires_at integer
) strict;
create index name_request_org on name_request (org_id, id);
create index name_request_person on name_request (person_id);
