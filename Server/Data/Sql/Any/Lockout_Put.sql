-- Replaces a lock-out state that is locked. Parameters: orgId, kind, name, state. Index: primary key.
update lockout set state = @state where org_id = @orgId and kind = @kind and name = @name
