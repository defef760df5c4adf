-- Messages of an agent are applied up to a number; those of an older key say nothing about the numbers of this one. Parameters: id, generation, through. Index: primary key.
update fleet_agent set applied_through = @through where id = @id and generation = @generation and applied_through < @through
