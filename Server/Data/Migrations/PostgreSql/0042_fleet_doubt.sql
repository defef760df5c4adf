-- What makes a meter doubtful is rare, and is looked for in a month of every metered device.
create index reading_rejected on reading (device_id, at) where status = 2;
create index entry_doubtful on entry (device_id, at) where cause in (7, 8, 11);
