-- The signed manifest of a package. Parameters: id. Index: primary key.
select manifest from fleet_package where id = @id
