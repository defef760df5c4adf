-- Wishes that managers see names again instead of pseudonyms: one administrator asks, another one grants or refuses.
create table names_consent (
    id bigint primary key,
    org_id bigint not null references organisation (id),
    asked_by text collate "C" not null,
    reason text not null,
    asked_at bigint not null,
    decided_by text collate "C",
    decided_at bigint
);
create unique index names_consent_waiting on names_consent (org_id) where decided_at is null;
