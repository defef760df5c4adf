-- Prolongs the claims that a node still has. Parameters: node, devices, length (microseconds), nextDue (null leaves it).
-- Rows: the devices that it has. Index: primary key.
update device_poll
set claim_until = (extract(epoch from clock_timestamp()) * 1000000)::bigint + @length,
    next_due = coalesce(@nextDue, next_due)
where claim_owner = @node and device_id in (select p.device_id from device_poll p where p.device_id = any(@devices) order by p.device_id for update)
returning device_id
