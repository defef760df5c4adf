-- Sets money of a limit aside for a session or job. Parameters: quotaId, holder, sessionId, deviceId, granted, spent, at, until. Index: primary key.
insert into quota_hold (quota_id, holder, session_id, device_id, granted_micros, spent_micros, at, until)
values (@quotaId, @holder, @sessionId, @deviceId, @granted, @spent, @at, @until)
on conflict (quota_id, holder) do update set granted_micros = excluded.granted_micros, spent_micros = excluded.spent_micros, until = excluded.until
