-- The state of its panel as a terminal told it. Parameters: id, state, now. Rows: none. Index: terminal primary key.
update terminal
set panel_state = @state, last_seen_at = @now
where id = @id
