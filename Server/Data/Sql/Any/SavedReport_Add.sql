-- Keeps a report. Parameters: the columns. Index: primary key, unique (org_id, owner, name_folded).
insert into saved_report (id, org_id, owner, name, name_folded, address, shared, created_at, updated_at)
values (@id, @orgId, @owner, @name, @nameFolded, @address, @shared, @createdAt, @updatedAt)
