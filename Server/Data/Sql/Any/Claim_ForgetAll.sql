-- Gives up all claims of a node (null: of everyone). Parameter: node. Index: device_poll_owner.
update device_poll set claim_owner = null, claim_until = 0, next_due = 0 where claim_owner is not null and (cast(@node as text) is null or claim_owner = @node)
