-- Gives cards. Parameters: rows of these columns (PostgreSQL: copied). Index: unique (org_id, key_id, hash).
insert into card (id, org_id, key_id, hash, suffix, person_id, added_by, added_at)
values (@p0, @p1, @p2, @p3, @p4, @p5, @p6, @p7)
