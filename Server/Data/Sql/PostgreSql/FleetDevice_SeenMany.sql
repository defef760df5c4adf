-- How devices stand by their agent's last message, all of a message at once. Parameters: agentId, and one array for each column (null leaves address, serial and times). Index: primary key.
update fleet_device f
set address = coalesce(n.address, f.address), serial = coalesce(n.serial, f.serial), reading_at = greatest(f.reading_at, n.reading_at), inventory_at = coalesce(n.inventory_at, f.inventory_at),
    silent_since = n.silent_since, silent_reason = n.silent_reason
from unnest(@keys, @addresses, @serials, @readingAts, @inventoryAts, @silentSinces, @silentReasons) as n (key, address, serial, reading_at, inventory_at, silent_since, silent_reason)
where f.agent_id = @agentId and f.key = n.key
