-- Keeps a part of a pack. Parameters: orgId, kind, day, part, content. Index: primary key.
insert into usage_pack (org_id, kind, day, part, content) values (@orgId, @kind, @day, @part, @content)
