-- Stores a person's PIN under the newest key. Parameters: org, person, keyId, hash. Rows: none. Index: pin primary key.
update pin set key_id = @keyId, hash = @hash where org_id = @org and person_id = @person
