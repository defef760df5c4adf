-- Stores a card's hash anew under another key. Parameters: id, keyId, hash. Index: primary key.
update card set key_id = @keyId, hash = @hash where id = @id
