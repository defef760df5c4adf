-- One web account by id. Parameters: id. Rows: AccountRow, at most one. Index: primary key.
select id, org_id, name, name_folded, password_hash, role, scope, enabled, created_at, updated_at, totp_secret, totp_step from web_account where id = @id
