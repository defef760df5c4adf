-- Removes a provisioned group; its members go by themselves. Parameters: id. Index: primary key.
delete from scim_group where id = @id
