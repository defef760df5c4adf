-- A new message of an agent waits to be applied; one that was refused is no news of its devices. Parameters: id, now, program (null leaves it), refused (0, 1). Index: primary key.
update fleet_agent
set due_at = @now, last_new_at = case when @refused = 1 then last_new_at else @now end, program = coalesce(@program, program), refused = refused + @refused
where id = @id
