-- A package of an organisation by the hash of its archive. Parameters: orgId, hash. Rows: FleetPackageRow. Index: unique (org_id, hash).
select id, org_id, product, version, version_number, platform, hash, size, added_at, whole, halted_at, halted_reason, 0 as done, 0 as failed from fleet_package where org_id = @orgId and hash = @hash
