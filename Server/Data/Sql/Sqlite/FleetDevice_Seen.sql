-- How a device stands by its agent's last message. Parameters: agentId, key, address, serial, readingAt, inventoryAt (null leaves them), silentSince, silentReason. Index: primary key.
update fleet_device
set address = coalesce(@address, address), serial = coalesce(@serial, serial),
    reading_at = case when reading_at is null or @readingAt > reading_at then coalesce(@readingAt, reading_at) else reading_at end,
    inventory_at = coalesce(@inventoryAt, inventory_at), silent_since = @silentSince, silent_reason = @silentReason
where agent_id = @agentId and key = @key
