-- Inserts a card. Parameters: members of CardRow. Index: unique (org_id, key_id, hash).
insert into card (id, org_id, person_id, key_id, hash, suffix, added_by, added_at)
values (@Id, @OrgId, @PersonId, @KeyId, @Hash, @Suffix, @AddedBy, @AddedAt)
