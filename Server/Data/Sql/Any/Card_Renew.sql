-- Stores a card's hash under the newest key. Parameters: org, person, oldKeyId, oldHash, keyId, hash. Rows: none. Index: unique (org_id, key_id, hash).
update card set key_id = @keyId, hash = @hash where org_id = @org and person_id = @person and key_id = @oldKeyId and hash = @oldHash
