-- Adds a provisioned group. Parameters: members of ScimGroupRow. Index: primary key.
insert into scim_group (id, org_id, name, name_folded, external_id, created_at, updated_at) values (@Id, @OrgId, @Name, @NameFolded, @ExternalId, @CreatedAt, @UpdatedAt)
