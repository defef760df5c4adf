-- Removes a person; groups, cards, PIN and codes go with it, the ledger keeps the id. Parameters: id. Index: primary key.
delete from person where id = @id
