-- Gives the cards of one person to another. Parameters: from, into. Index: card_person.
update card set person_id = @into where person_id = @from
