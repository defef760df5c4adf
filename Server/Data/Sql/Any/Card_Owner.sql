-- The owner of a card. Parameters: org, keyId, hash. Rows: person_id, at most one. Index: unique (org_id, key_id, hash).
select person_id from card where org_id = @org and key_id = @keyId and hash = @hash
