-- What the overview counts and looks for among many devices: devices of a site counted without looking at them, those that are not reached, and what ends soon.
create index device_site on device (org_id, site) where deleted_at is null;
create index device_poll_away on device_poll (device_id) where unreachable_since is not null;
create index supply_now_end on supply_now (kind, last_day, percent);
create index supply_now_empty on supply_now (kind) where percent = 0;
