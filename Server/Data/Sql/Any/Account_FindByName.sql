-- One web account by name. Parameters: orgId, folded. Rows: AccountRow, at most one. Index: unique (org_id, name_folded).
select id, org_id, name, name_folded, password_hash, role, scope, enabled, created_at, updated_at, totp_secret, totp_step from web_account where org_id = @orgId and name_folded = @folded
