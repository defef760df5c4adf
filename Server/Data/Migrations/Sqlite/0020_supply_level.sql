-- Levels of supplies over time, a row for each change, from which forecasts are made.
create table supply_level (
    device_id integer not null references device (id),
    supply text not null,
    at integer not null,
    percent integer not null,
    primary key (device_id, supply, at)
) strict, without rowid;
create index supply_level_time on supply_level (at);
