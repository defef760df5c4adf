-- Ends the claim on an agent. Parameters: id, node, claimed (due_at as it was claimed: a message that came since keeps the agent due), dueAt (null: nothing waits). Index: primary key.
update fleet_agent
set claim_owner = null, claim_until = 0, due_at = case when due_at = @claimed then @dueAt else due_at end
where id = @id and claim_owner = @node
