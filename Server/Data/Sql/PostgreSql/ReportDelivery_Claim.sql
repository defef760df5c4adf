-- Claims one run that waits, or that a node left while it made it. Parameters: node, length (microseconds), now. Rows: ReportDelivery, at most one. Index: report_delivery_open.
update report_delivery
set state = 1, attempts = attempts + 1, claim_owner = @node, claim_until = (extract(epoch from clock_timestamp()) * 1000000)::bigint + @length
where id in (
    select d.id from report_delivery d
    where (d.state = 0 and d.next_try <= @now) or (d.state = 1 and d.claim_until < (extract(epoch from clock_timestamp()) * 1000000)::bigint)
    order by d.next_try
    limit 1
    for update skip locked
)
returning id, org_id, schedule_id, report_name, owner, due_at, state, attempts, next_try, sent_at, message
