-- Cards by keyed hash. Parameters: orgId, keys, hashes (not empty). Rows: CardRow. Index: unique (org_id, key_id, hash).
select id, org_id, person_id, key_id, hash, suffix, added_by, added_at from card where org_id = @orgId and key_id in @keys and hash in @hashes
