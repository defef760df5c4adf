-- Parts of a package go. Parameters: id. Index: primary key.
delete from fleet_package_part where package_id = @id
