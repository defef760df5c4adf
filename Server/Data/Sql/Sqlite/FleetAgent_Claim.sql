-- Claims agents with messages to apply that nobody has. Parameters: node, now, length (microseconds), max. Rows: id and due_at, which its release repeats. Index: fleet_agent_due.
update fleet_agent
set claim_owner = @node, claim_until = cast(unixepoch('subsec') * 1000000 as integer) + @length
where id in (
    select a.id from fleet_agent a
    where a.due_at <= @now and (a.claim_owner is null or a.claim_until < cast(unixepoch('subsec') * 1000000 as integer))
    order by a.due_at
    limit @max
)
returning id, due_at
