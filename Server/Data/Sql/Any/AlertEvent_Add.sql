-- Marks an event as looked at. Parameters: eventId, now. Index: primary key.
insert into alert_event (event_id, at) values (@eventId, @now) on conflict (event_id) do nothing
