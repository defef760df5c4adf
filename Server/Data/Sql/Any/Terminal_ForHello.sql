-- A terminal with its device, as hello needs them. Parameters: id. Rows: TerminalAtDevice, at most one. Index: terminal primary key.
select t.id, t.org_id, t.name, t.device_id, t.card_rules, t.login_methods, t.revoked_at,
       d.name as device_name, d.location as device_location, d.deleted_at as device_deleted_at
from terminal t
join device d on d.id = t.device_id
where t.id = @id
