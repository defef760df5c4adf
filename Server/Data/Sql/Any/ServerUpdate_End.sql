-- A node tells how its turn ended. Parameters: node, halted (null: it is ready). Index: primary key.
update server_update set claim_owner = null, halted = @halted where id = 1 and claim_owner = @node
