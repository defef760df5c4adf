-- PINs by keyed hash. Parameters: orgId, keys, hashes. Rows: PinRow. Index: unique (org_id, key_id, hash).
select person_id, org_id, key_id, hash, changed_at from pin where org_id = @orgId and key_id = any(@keys) and hash = any(@hashes)
