-- Whose a session at a device is. Parameters: id, deviceId. Rows: person_id, project_id, at most one. Index: primary key.
select person_id, project_id from session where id = @id and device_id = @deviceId
