-- Forgets hashes of cards that nobody has. Parameters: before, limit. Index: access_log_card.
update access_log set card_key = null, card_hash = null where id in (select id from access_log where card_hash is not null and at < @before limit @limit)
