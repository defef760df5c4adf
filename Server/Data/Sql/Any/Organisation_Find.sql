-- Id of an organisation by name. Parameters: folded. Rows: id, at most one. Index: unique (name_folded).
select id from organisation where name_folded = @folded
