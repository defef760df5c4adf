-- Inserts a device, or replaces the one of that id but for its receipt secret; it is not deleted afterwards. Parameters: members of DeviceRow. Index: primary key.
insert into device (id, org_id, name, name_folded, address, port, snmp_version, community_sealed, v3_user, v3_auth, v3_auth_password_sealed,
                    v3_priv, v3_priv_password_sealed, v3_context, location, site, functions, color_capable, profile, inventory_seconds, enabled, created_at, updated_at)
values (@Id, @OrgId, @Name, @NameFolded, @Address, @Port, @SnmpVersion, @CommunitySealed, @V3User, @V3Auth, @V3AuthPasswordSealed,
        @V3Priv, @V3PrivPasswordSealed, @V3Context, @Location, @Site, @Functions, @ColorCapable, @Profile, @InventorySeconds, @Enabled, @CreatedAt, @UpdatedAt)
on conflict (id) do update
set name = excluded.name, address = excluded.address, port = excluded.port, snmp_version = excluded.snmp_version,
    community_sealed = excluded.community_sealed, v3_user = excluded.v3_user, v3_auth = excluded.v3_auth,
    v3_auth_password_sealed = excluded.v3_auth_password_sealed, v3_priv = excluded.v3_priv,
    v3_priv_password_sealed = excluded.v3_priv_password_sealed, v3_context = excluded.v3_context, location = excluded.location, site = excluded.site,
    functions = excluded.functions, color_capable = excluded.color_capable, profile = excluded.profile, inventory_seconds = excluded.inventory_seconds, enabled = excluded.enabled,
    updated_at = excluded.updated_at, deleted_at = null
