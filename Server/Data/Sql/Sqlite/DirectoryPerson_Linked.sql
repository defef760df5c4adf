-- Which people came from a directory, any. Parameters: ids. Rows: person, when the entry went. Index: unique (person_id).
select person_id, gone_at from directory_person where person_id in @ids
