-- What the manager wants of an agent, under the next number. Parameters: id, verbs, counterSeconds, inventorySeconds. Index: primary key.
update fleet_agent
set wants_number = wants_number + 1, wants_verbs = @verbs, wants_counter_seconds = @counterSeconds, wants_inventory_seconds = @inventorySeconds
where id = @id
