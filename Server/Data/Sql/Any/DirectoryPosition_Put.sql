-- Keeps how far a part has been read. Parameters: id, part, method, value, server. Index: primary key.
insert into directory_position (directory_id, part, method, value, server) values (@id, @part, @method, @value, @server)
on conflict (directory_id, part) do update set method = excluded.method, value = excluded.value, server = excluded.server
