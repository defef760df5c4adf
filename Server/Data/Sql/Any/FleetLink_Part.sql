-- Lets an agent's name of a device stand for another device from now on. Parameters: agentId, key, deviceId (of before), newId, now. Index: primary key.
update fleet_device set device_id = @newId, first_seen_at = @now, reading_at = null, inventory_at = null where agent_id = @agentId and key = @key and device_id = @deviceId
