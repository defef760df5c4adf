-- How many older lines of the access log hold the hash of a card that nobody has. Parameter: before. Rows: one number. Index: access_log_card.
select count(*) from access_log where card_hash is not null and at < @before
