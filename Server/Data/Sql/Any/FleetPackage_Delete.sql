-- A package goes. Parameters: id. Index: primary key.
delete from fleet_package where id = @id
