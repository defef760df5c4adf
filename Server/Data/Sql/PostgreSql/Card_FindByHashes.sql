-- Cards by keyed hash. Parameters: orgId, keys, hashes. Rows: CardRow. Index: unique (org_id, key_id, hash).
select id, org_id, person_id, key_id, hash, suffix, added_by, added_at from card where org_id = @orgId and key_id = any(@keys) and hash = any(@hashes)
