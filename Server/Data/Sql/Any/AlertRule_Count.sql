-- How many rules belong to a node (null: to the organisation). Parameters: orgId, ownerNodeId. Rows: one. Index: alert_rule_org.
select count(*) from alert_rule where org_id = @orgId and (owner_node_id = @ownerNodeId or (owner_node_id is null and cast(@ownerNodeId as bigint) is null))
