-- What a login asks about its terminal, for many questions. Parameters: arrays of organisation, terminal, device, attempt (null = none),
-- name (null = none). Rows: number of the question from 1, stored reply, lock-out state of the terminal, functions and colour of the device, lock-out state of the
-- submitted name, what happens at zero. Index: primary keys.
select q.n, a.reply, l.state, d.functions, d.color_capable, s.state, d.locks_at_zero
from unnest($1, $2, $3, $4, $5) with ordinality as q (org_id, terminal_id, device_id, attempt, name, n)
left join login_attempt a on a.terminal_id = q.terminal_id and a.attempt = q.attempt
left join lockout l on l.org_id = q.org_id and l.kind = 'terminal' and l.name = q.terminal_id
left join lockout s on s.org_id = q.org_id and s.kind = 'name' and s.name = q.name
left join device d on d.id = q.device_id
