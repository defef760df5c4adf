-- Remembers the fingerprint of a secret. Parameters: name, fingerprint, now. Index: primary key.
insert into secret_fingerprint (name, fingerprint, created_at) values (@name, @fingerprint, @now) on conflict (name) do nothing
