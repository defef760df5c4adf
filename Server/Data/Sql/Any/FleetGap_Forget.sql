-- Forgets gaps of an agent whose numbers begin anew. Parameters: id. Index: primary key.
delete from fleet_gap where agent_id = @id
