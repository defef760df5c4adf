-- Claims devices that are due and free, the longest due first; they are not due again before the claim could end.
-- Parameters: node, max, now, length (microseconds). Rows: device, token, failed polls, since when it is unreachable. Index: device_poll_due.
update device_poll
set claim_token = claim_token + case when claim_owner is distinct from @node then 1 else 0 end,
    claim_owner = @node,
    claim_until = (extract(epoch from clock_timestamp()) * 1000000)::bigint + @length,
    next_due = @now + @length
where device_id in (
    select p.device_id
    from device_poll p
    join device d on d.id = p.device_id and d.enabled = 1 and d.deleted_at is null
    where p.monitored = 1 and p.next_due <= @now and (p.claim_owner is null or p.claim_owner = @node or p.claim_until < (extract(epoch from clock_timestamp()) * 1000000)::bigint)
    order by p.next_due
    limit @max
    for update of p skip locked
)
returning device_id, claim_token as token, failed_polls, unreachable_since
