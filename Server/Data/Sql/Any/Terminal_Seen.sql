-- Remembers what a terminal said of itself in hello. Parameters: id, vendor, model, firmware, capabilities, node, now. Rows: none. Index: terminal primary key.
update terminal
set vendor = @vendor, model = @model, firmware = @firmware, capabilities = @capabilities, connected_node = @node, last_seen_at = @now
where id = @id
