-- What the overview reads at every visit, so that it opens no report: what stops a device as its last inventory says (words of docs/interfaces.md section 4, blank between; null: nothing), and each
-- supply and tray as it was last looked at with the day on which it will be used up (null: not known). Both fill with the next look at a device.
alter table device_inventory add column trouble text collate "C";
create index device_inventory_trouble on device_inventory (device_id, trouble) where trouble is not null;

-- Alarms among all that is told, and cards that nobody has, by time.
create index outbox_alert on outbox (at, id) where topic = 'alert';
create index access_log_unknown_time on access_log (at) where card_hash is not null;

create table supply_now (
    device_id bigint not null references device (id),
    kind text collate "C" not null,
    supply text collate "C" not null,
    name text,
    day bigint not null,
    percent bigint not null,
    last_day bigint,
    primary key (device_id, kind, supply)
);

insert into supply_now (device_id, kind, supply, day, percent)
select distinct on (device_id, kind, supply) device_id, kind, supply, day, percent
from supply_day
order by device_id, kind, supply, day desc;
