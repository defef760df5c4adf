-- Wishes that managers see names again instead of pseudonyms: one administrator asks, another one grants or refuses.
create table names_consent (
    id integer primary key,
    org_id integer not null references organisation (id),
    asked_by text not null,
    reason text not null,
    asked_at integer not null,
    decided_by text,
    decided_at integer
) strict;
create unique index names_consent_waiting on names_consent (org_id) where decided_at is null;
