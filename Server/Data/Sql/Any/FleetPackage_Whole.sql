-- The archive is there whole. Parameters: id. Index: primary key.
update fleet_package set whole = 1 where id = @id
