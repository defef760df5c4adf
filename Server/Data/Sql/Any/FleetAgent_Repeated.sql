-- A message came that is kept already. Parameters: id. Index: primary key.
update fleet_agent set repeated = repeated + 1 where id = @id
