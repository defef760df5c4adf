-- People who were merged into one. Parameter: id. Rows: ids. Index: person_merged.
select id from person where merged_into = @id order by id
