-- Claims one mail that waits, or that a node left while it made it. Parameters: node, length (microseconds), now. Rows: AlertMailRow, at most one. Index: alert_mail_open.
update alert_mail
set state = 1, attempts = attempts + 1, claim_owner = @node, claim_until = cast(unixepoch('subsec') * 1000000 as integer) + @length
where id in (
    select m.id from alert_mail m
    where (m.state = 0 and m.next_try <= @now) or (m.state = 1 and m.claim_until < cast(unixepoch('subsec') * 1000000 as integer))
    order by m.next_try
    limit 1
)
returning id, org_id, rule_id, rule_name, recipients, language, created_at, state, attempts, next_try
