-- Stores a PIN's hash anew under another key. Parameters: personId, oldKeyId, oldHash, keyId, hash. Index: primary key.
update pin set key_id = @keyId, hash = @hash where person_id = @personId and key_id = @oldKeyId and hash = @oldHash
