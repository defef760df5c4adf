-- Forgets messages and gaps of an agent whose numbers begin anew. Parameters: id. Index: primary keys.
delete from fleet_message where agent_id = @id
