-- Inserts a terminal or replaces what an admin sets of it. Parameters: members of TerminalRow. Index: primary key.
insert into terminal (id, org_id, name, name_folded, device_id, model, card_rules, login_methods, revoked_at, created_at, updated_at)
values (@Id, @OrgId, @Name, @NameFolded, @DeviceId, @Model, @CardRules, @LoginMethods, @RevokedAt, @CreatedAt, @UpdatedAt)
on conflict (id) do update
set name = excluded.name, name_folded = excluded.name_folded, device_id = excluded.device_id, model = excluded.model,
    card_rules = excluded.card_rules, login_methods = excluded.login_methods, revoked_at = excluded.revoked_at, updated_at = excluded.updated_at
