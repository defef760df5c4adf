-- Inserts a project or replaces the one of that id. Parameters: members of ProjectRow. Index: primary key.
insert into project (id, org_id, code, code_folded, name, name_folded, parent_id, enabled, created_at, updated_at)
values (@Id, @OrgId, @Code, @CodeFolded, @Name, @NameFolded, @ParentId, @Enabled, @CreatedAt, @UpdatedAt)
on conflict (id) do update
set code = excluded.code, name = excluded.name, name_folded = excluded.name_folded, parent_id = excluded.parent_id,
    enabled = excluded.enabled, updated_at = excluded.updated_at
