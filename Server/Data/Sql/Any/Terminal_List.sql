-- A page of terminals by name. Parameters: orgId, after (folded name, empty at first), limit. Rows: TerminalRow. Index: unique (org_id, name_folded).
select id, org_id, name, name_folded, device_id, vendor, model, firmware, capabilities, card_rules, login_methods, revoked_at, last_seen_at,
       connected_node, panel_state, created_at, updated_at
from terminal
where org_id = @orgId and name_folded > @after
order by name_folded
limit @limit
