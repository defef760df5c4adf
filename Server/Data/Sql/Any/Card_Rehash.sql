-- Stores a card's hash anew under another key. Parameters: orgId, oldKeyId, oldHash, keyId, hash. Index: unique (org_id, key_id, hash).
update card set key_id = @keyId, hash = @hash where org_id = @orgId and key_id = @oldKeyId and hash = @oldHash
