-- Begins a session of the web. Parameters: members of WebSessionRow. Index: primary key.
insert into web_session (hash, org_id, account_id, person_id, method, stage, began_at, seen_at, proved_at, totp_secret, name_key)
values (@Hash, @OrgId, @AccountId, @PersonId, @Method, @Stage, @BeganAt, @SeenAt, @ProvedAt, @TotpSecret, @NameKey)
