-- Links an agent's name of a device. Parameters: agentId, key, deviceId, serial, address, now. Index: primary key.
insert into fleet_device (agent_id, key, device_id, serial, address, first_seen_at) values (@agentId, @key, @deviceId, @serial, @address, @now)
on conflict (agent_id, key) do nothing
