-- What a person says that a meter lacks from a time on, for the bill: appended, never changed; of several for one swap (epoch), or for one time where no swap was seen, the newest counts.
-- pages: added to the meter from then on. ledger: what the ledger reckoned itself for that swap, 0 without one; what is billed moves by the difference.
create table meter_offset (
    id integer primary key,
    device_id integer not null references device (id),
    counter text not null,
    epoch integer,
    at integer not null,
    pages integer not null,
    ledger integer not null,
    reason text not null,
    entered_by text not null,
    entered_at integer not null
) strict;
create index meter_offset_device on meter_offset (device_id, id);
