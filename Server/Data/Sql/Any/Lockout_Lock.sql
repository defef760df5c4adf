-- Locks a lock-out state, which is made when absent. Parameters: orgId, kind, name, now. Rows: the state, empty for none. Index: primary key.
insert into lockout (org_id, kind, name, updated_at, state) values (@orgId, @kind, @name, @now, '')
on conflict (org_id, kind, name) do update set updated_at = excluded.updated_at
returning state
