-- Whose a session at a device is, and from when to when it was. Parameters: id, deviceId. Rows: person_id, project_id, opened_at, ended_at, settled_at, at most one. Index: primary key.
select person_id, project_id, opened_at, ended_at, settled_at from session where id = @id and device_id = @deviceId
