-- A package of an organisation. Parameters: orgId, id. Rows: FleetPackageRow. Index: primary key.
select id, org_id, product, version, version_number, platform, hash, size, added_at, whole, halted_at, halted_reason, 0 as done, 0 as failed from fleet_package where org_id = @orgId and id = @id
