-- Two rows that turned out to be one person: the ledger keeps the id that it was booked with, and whoever looks follows merged_into.
alter table person add column merged_into integer references person (id) on delete cascade;
create index person_merged on person (merged_into) where merged_into is not null;

-- Projects that a person wants to have at hand; they come before those used last.
create table project_favourite (
    person_id integer not null references person (id) on delete cascade,
    project_id integer not null references project (id) on delete cascade,
    primary key (person_id, project_id)
) strict;

-- A card that was given to somebody is forgotten in every line that tells of it; and what the log says of a person is found.
create index access_log_card on access_log (card_hash) where card_hash is not null;
create index access_log_person on access_log (person_id, id) where person_id is not null;
