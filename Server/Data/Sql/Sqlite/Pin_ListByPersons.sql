-- PINs of people. Parameters: ids (not empty). Rows: PinRow. Index: primary key.
select person_id, org_id, key_id, hash, changed_at from pin where person_id in @ids
