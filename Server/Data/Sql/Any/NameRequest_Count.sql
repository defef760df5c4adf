-- How many wishes for names are older. Parameter: before. Rows: one number. Reads the whole table, which is small.
select count(*) from name_request where asked_at < @before
