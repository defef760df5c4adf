-- Settings whose names lie between two. Parameters: from, to (exclusive). Rows: name, value. Index: primary key.
select name, value from setting where name >= @from and name < @to
