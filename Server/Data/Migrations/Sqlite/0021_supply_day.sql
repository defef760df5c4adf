-- How full each supply and tray was on each day, in per cent: what forecasts come from. Days are numbers of the UTC calendar; older ones than a year go.
create table supply_day (
    device_id integer not null references device (id),
    name text not null,
    day integer not null,
    kind text not null,
    percent integer not null,
    primary key (device_id, name, day)
) strict;
create index supply_day_low on supply_day (day, percent);
