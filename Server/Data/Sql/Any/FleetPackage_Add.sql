-- A package whose archive is about to come; one whose archive never came whole is replaced. Parameters: id, orgId, product, version, number, platform, hash, size, manifest, now.
insert into fleet_package (id, org_id, product, version, version_number, platform, hash, size, manifest, added_at)
values (@id, @orgId, @product, @version, @number, @platform, @hash, @size, @manifest, @now)
