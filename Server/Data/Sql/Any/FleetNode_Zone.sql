-- The clocks of a node, or of whoever is above it. Parameters: id. Rows: one, or none. Index: primary key.
select coalesce(n.zone, c.zone, l.zone)
from fleet_node n
left join fleet_node c on c.id = n.customer_id
left join fleet_node l on l.id = coalesce(c.parent_id, n.parent_id)
where n.id = @id
