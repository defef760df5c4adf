-- Forgets the answers to a person's logins, which hold the name; whoever asks again with such an attempt is decided anew. Parameter: id. Index: session_person; reads the table, which holds what is not purged yet.
delete from login_attempt where session_id in (select id from session where person_id = @id)
