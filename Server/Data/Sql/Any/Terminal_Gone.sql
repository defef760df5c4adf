-- A terminal's connection to this node is gone. Parameters: id, node, now. Rows: none. Index: terminal primary key.
update terminal
set connected_node = null, last_seen_at = @now
where id = @id and connected_node = @node
