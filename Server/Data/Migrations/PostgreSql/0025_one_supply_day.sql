-- One table of levels in place of two: how full each supply and tray was on each day on which it was looked at (the last look of a day counts), by its index in the report, so that a new name is no new supply.
-- Days are numbers of the UTC calendar. What supply_day held by name stands in supply_level by index too; trays are looked at anew.
drop table supply_day;
create table supply_day (
    device_id bigint not null references device (id),
    kind text collate "C" not null,
    supply text collate "C" not null,
    day bigint not null,
    percent bigint not null,
    primary key (device_id, kind, supply, day)
);
create index supply_day_low on supply_day (day, percent);

insert into supply_day (device_id, kind, supply, day, percent)
select l.device_id, 'supply', l.supply, l.at / 86400000000 + 719162, l.percent
from supply_level l
where not exists (select 1 from supply_level n where n.device_id = l.device_id and n.supply = l.supply and n.at > l.at and n.at / 86400000000 = l.at / 86400000000);
drop table supply_level;
