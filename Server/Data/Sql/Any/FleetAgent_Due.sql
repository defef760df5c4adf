-- A new message of an agent waits to be applied. Parameters: id, now, program (null leaves it), refused (0, 1). Index: primary key.
update fleet_agent
set due_at = @now, last_new_at = @now, program = coalesce(@program, program), refused = refused + @refused
where id = @id
