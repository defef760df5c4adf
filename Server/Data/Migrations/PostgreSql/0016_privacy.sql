-- Wishes to know the name behind a pseudonym: one person asks, another one grants it for a time.
create table name_request (
    id bigint primary key,
    org_id bigint not null references organisation (id),
    person_id bigint not null references person (id) on delete cascade,
    asked_by text collate "C" not null,
    reason text not null,
    asked_at bigint not null,
    decided_by text collate "C",
    decided_at bigint,
    expires_at bigint
);
create index name_request_org on name_request (org_id, id);
create index name_request_person on name_request (person_id);
