-- Claims one mail that waits, or that a node left while it made it. Parameters: node, length (microseconds), now. Rows: AlertMailRow, at most one. Index: alert_mail_open.
update alert_mail
set state = 1, attempts = attempts + 1, claim_owner = @node, claim_until = (extract(epoch from clock_timestamp()) * 1000000)::bigint + @length
where id in (
    select m.id from alert_mail m
    where (m.state = 0 and m.next_try <= @now) or (m.state = 1 and m.claim_until < (extract(epoch from clock_timestamp()) * 1000000)::bigint)
    order by m.next_try
    limit 1
    for update skip locked
)
returning id, org_id, rule_id, rule_name, recipients, language, created_at, state, attempts, next_try
