-- Prolongs the claims that a node still has. Parameters: node, devices, length (microseconds), nextDue (null leaves it).
-- Rows: the devices that it has. Index: primary key.
update device_poll
set claim_until = cast(unixepoch('subsec') * 1000000 as integer) + @length,
    next_due = coalesce(@nextDue, next_due)
where claim_owner = @node and device_id in @devices
returning device_id
