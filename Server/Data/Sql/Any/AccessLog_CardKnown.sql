-- Forgets the hash of a card that has an owner now. Parameters: hash. Index: access_log_card.
update access_log set card_key = null, card_hash = null where card_hash = @hash
