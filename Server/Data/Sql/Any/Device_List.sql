-- A page of devices by name. Parameters: orgId, after (folded name, empty at first), limit. Rows: DeviceRow. Index: unique (org_id, name_folded).
select id, org_id, name, name_folded, address, port, snmp_version, community_sealed, v3_user, v3_auth, v3_auth_password_sealed, v3_priv,
       v3_priv_password_sealed, v3_context, location, site, functions, color_capable, profile, inventory_seconds, credential_hash, enabled, created_at, updated_at, deleted_at
from device
where org_id = @orgId and name_folded > @after and deleted_at is null
order by name_folded
limit @limit
