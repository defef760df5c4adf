-- Of a card that nobody has, the keyed hash stands beside its line of the access log, so that an administrator can give it to a person; it goes with the line.
alter table access_log add column card_key text;
alter table access_log add column card_hash blob;
create index access_log_unknown on access_log (id) where card_hash is not null;
