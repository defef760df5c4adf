-- Adds a node. Parameters: id, orgId, parentId, customerId, kind, name, folded, now. Index: primary key.
insert into fleet_node (id, org_id, parent_id, customer_id, kind, name, name_folded, created_at)
values (@id, @orgId, @parentId, @customerId, @kind, @name, @folded, @now)
