-- Keeps an issued certificate. Parameters: Serial, terminalId, fingerprint, KeyHash, IssuedAt, ExpiresAt.
insert into terminal_certificate (serial, terminal_id, fingerprint, key_hash, issued_at, expires_at)
values (@Serial, @terminalId, @fingerprint, @KeyHash, @IssuedAt, @ExpiresAt)
