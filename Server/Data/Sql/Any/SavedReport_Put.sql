-- Changes a kept report of its owner. Parameters: id, orgId, owner, name, nameFolded, address, shared, updatedAt. Index: primary key.
update saved_report set name = @name, name_folded = @nameFolded, address = @address, shared = @shared, updated_at = @updatedAt where id = @id and org_id = @orgId and owner = @owner
