-- Sets the clocks of a node; null takes them away. Parameters: id, zone. Index: primary key.
update fleet_node set zone = @zone where id = @id
