-- Changes a provisioned group. Parameters: members of ScimGroupRow. Index: primary key.
update scim_group set name = @Name, name_folded = @NameFolded, external_id = @ExternalId, updated_at = @UpdatedAt where id = @Id
