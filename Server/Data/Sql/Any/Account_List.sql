-- All web accounts of an organisation. Parameter: orgId. Rows: AccountRow. Reads the whole table, which is small.
select id, org_id, name, name_folded, password_hash, role, scope, enabled, created_at, updated_at, totp_secret, totp_step from web_account where org_id = @orgId order by name_folded
