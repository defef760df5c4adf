-- Sets a setting unless it is set. Parameters: name, value, now. Index: primary key.
insert into setting (name, value, updated_at) values (@name, @value, @now) on conflict (name) do nothing
