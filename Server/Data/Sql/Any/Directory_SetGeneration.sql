-- Makes the groups of a full listing those that count. Parameters: id, generation. Index: primary key.
update directory set group_generation = @generation where id = @id
