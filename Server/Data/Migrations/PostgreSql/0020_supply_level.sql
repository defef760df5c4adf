-- Levels of supplies over time, a row for each change, from which forecasts are made.
create table supply_level (
    device_id bigint not null references device (id),
    supply text collate "C" not null,
    at bigint not null,
    percent bigint not null,
    primary key (device_id, supply, at)
);
create index supply_level_time on supply_level (at);
