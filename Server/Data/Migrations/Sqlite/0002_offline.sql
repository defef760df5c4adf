-- Pages that were made while a terminal worked offline (cause 13), and what took them back: few among many, looked for every few minutes.
create index entry_offline on entry (device_id, at, seq) where cause = 13;
