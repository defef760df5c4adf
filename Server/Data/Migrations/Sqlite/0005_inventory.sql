-- How often a device's inventory is read (null = the site's setting), what it said last (the JSON of docs/interfaces.md section 4), and what changed from one look to the next.
alter table device add column inventory_seconds integer;

create table device_inventory (
    device_id integer primary key references device (id),
    read_at integer not null,
    report text not null
) strict;

create table device_change (
    id integer primary key,
    device_id integer not null references device (id),
    at integer not null,
    kind integer not null,
    subject text not null,
    before text,
    after text
) strict;
create index device_change_device on device_change (device_id, at);
