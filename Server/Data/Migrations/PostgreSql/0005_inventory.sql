-- How often a device's inventory is read (null = the site's setting), what it said last (the JSON of docs/interfaces.md section 4), and what changed from one look to the next.
alter table device add column inventory_seconds bigint;

create table device_inventory (
    device_id bigint primary key references device (id),
    read_at bigint not null,
    report text collate "C" not null
);

create table device_change (
    id bigint primary key,
    device_id bigint not null references device (id),
    at bigint not null,
    kind bigint not null,
    subject text collate "C" not null,
    before text collate "C",
    after text collate "C"
);
create index device_change_device on device_change (device_id, at);
