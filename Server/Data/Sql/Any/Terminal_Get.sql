-- One terminal by id. Parameters: id. Rows: TerminalRow, at most one. Index: primary key.
select id, org_id, name, name_folded, device_id, vendor, model, firmware, capabilities, card_rules, login_methods, revoked_at, last_seen_at,
       connected_node, panel_state, created_at, updated_at
from terminal
where id = @id
