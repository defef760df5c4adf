-- One setting. Parameters: name. Rows: value, at most one. Index: primary key.
select value from setting where name = @name
