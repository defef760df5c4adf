-- Remembers that a customer's month was told. Parameters: nodeId, month, now. Index: primary key.
insert into fleet_ready (node_id, month, at) values (@nodeId, @month, @now) on conflict (node_id, month) do nothing
