-- Appends to the access log. Parameters: an array for each column.
insert into access_log (id, at, terminal_id, device_id, person_id, method, outcome, card_suffix, card_key, card_hash)
select * from unnest(@ids, @ats, @terminals, @devices, @people, @methods, @outcomes, @suffixes, @cardKeys, @cardHashes)
