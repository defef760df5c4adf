-- Forgets the packs of a day, of hours those of a month. Parameters: orgId, kind, day. Index: primary key.
delete from usage_pack where org_id = @orgId and kind = @kind and day = @day
