-- Devices whose meters are read. Parameters: none. Rows: MeteredDeviceRow. Index: none (all devices, on change only).
select d.id, d.org_id, d.name, d.address, d.port, d.snmp_version, d.community_sealed, d.v3_user, d.v3_auth,
       d.v3_auth_password_sealed, d.v3_priv, d.v3_priv_password_sealed, d.v3_context, d.profile, d.updated_at
from device d
where d.enabled = 1 and d.deleted_at is null
