-- Gives the kept reports of one owner to another. Parameters: orgId, from, into (owners). Index: unique (org_id, owner, name_folded).
update saved_report set owner = @into where org_id = @orgId and owner = @from
