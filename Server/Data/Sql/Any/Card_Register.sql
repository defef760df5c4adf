-- Adds a card to a person. Parameters: id, org, keyId, hash, suffix, person, addedBy, now. Rows: none. Index: unique (org_id, key_id, hash).
insert into card (id, org_id, key_id, hash, suffix, person_id, added_by, added_at)
values (@id, @org, @keyId, @hash, @suffix, @person, @addedBy, @now)
