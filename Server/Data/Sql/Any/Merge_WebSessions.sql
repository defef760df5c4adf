-- Ends the web sessions of a person. Parameter: from. Index: web_session_person.
delete from web_session where person_id = @from
