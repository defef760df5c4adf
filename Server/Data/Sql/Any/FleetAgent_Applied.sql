-- Messages of an agent are applied up to a number. Parameters: id, through. Index: primary key.
update fleet_agent set applied_through = @through where id = @id and applied_through < @through
