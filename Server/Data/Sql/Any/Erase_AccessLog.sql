-- Takes a person out of the access log. Parameter: id. Index: access_log_person.
update access_log set person_id = null, card_suffix = null where person_id = @id
