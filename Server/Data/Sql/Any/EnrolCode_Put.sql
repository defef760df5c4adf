-- A terminal's new code in place of an older one. Parameters: terminalId, hash, now, expiresAt. Changes no row when there is no such terminal. Index: primary key.
insert into enrol_code (terminal_id, hash, created_at, expires_at, wrong_tries, used_at, used_key_hash, certificate)
select id, @hash, @now, @expiresAt, 0, null, null, null from terminal where id = @terminalId
on conflict (terminal_id) do update
set hash = excluded.hash, created_at = excluded.created_at, expires_at = excluded.expires_at, wrong_tries = 0,
    used_at = null, used_key_hash = null, certificate = null
