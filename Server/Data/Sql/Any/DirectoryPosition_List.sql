-- How far a directory has been read. Parameters: id. Rows: PositionRow. Index: primary key.
select part, method, value, server from directory_position where directory_id = @id
