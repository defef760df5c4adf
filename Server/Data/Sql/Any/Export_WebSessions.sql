-- Web sessions of a person. Parameter: id. Rows: method, began_at, seen_at. Index: web_session_person.
select method, began_at, seen_at from web_session where person_id = @id order by began_at
