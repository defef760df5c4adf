-- Makes the row of a configured directory. Parameters: id, orgId, name, folded. Index: unique (org_id, name_folded).
insert into directory (id, org_id, name, name_folded) values (@id, @orgId, @name, @folded) on conflict (org_id, name_folded) do nothing
