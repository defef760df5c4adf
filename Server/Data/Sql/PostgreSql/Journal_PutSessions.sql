-- Inserts sessions or replaces what changes in them; those that are no longer open come first. Parameters: one array for each column, in this order. Index: primary key; unique session_open refuses a second open one of a device.
insert into session (id, org_id, device_id, terminal_id, person_id, project_id, state, method, functions, project_required, opened_at, last_activity_at, ended_at, settled_at, end_reason, inferred, inferred_reason)
select * from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
on conflict (id) do update
set project_id = excluded.project_id,
    state = excluded.state,
    functions = excluded.functions,
    project_required = excluded.project_required,
    last_activity_at = excluded.last_activity_at,
    ended_at = excluded.ended_at,
    settled_at = excluded.settled_at,
    end_reason = excluded.end_reason,
    inferred = excluded.inferred,
    inferred_reason = excluded.inferred_reason
