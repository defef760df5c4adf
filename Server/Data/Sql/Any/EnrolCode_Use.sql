-- Marks a code as used, once. Parameters: terminalId, hash, now, keyHash, certificate. Index: primary key.
update enrol_code set used_at = @now, used_key_hash = @keyHash, certificate = @certificate
where terminal_id = @terminalId and hash = @hash and used_at is null
