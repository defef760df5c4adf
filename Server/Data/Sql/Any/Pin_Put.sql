-- Sets a person's PIN. Parameters: members of PinRow. Index: primary key.
insert into pin (person_id, org_id, key_id, hash, changed_at) values (@PersonId, @OrgId, @KeyId, @Hash, @ChangedAt)
on conflict (person_id) do update set key_id = excluded.key_id, hash = excluded.hash, changed_at = excluded.changed_at
