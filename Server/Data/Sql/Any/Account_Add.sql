-- Inserts a web account. Parameters: members of AccountRow. Index: unique (org_id, name_folded).
insert into web_account (id, org_id, name, name_folded, password_hash, role, scope, enabled, created_at, updated_at)
values (@Id, @OrgId, @Name, @NameFolded, @PasswordHash, @Role, @Scope, @Enabled, @CreatedAt, @UpdatedAt)
