-- Appends to the access log. Parameters: members of AccessLogEntry, id.
insert into access_log (id, at, terminal_id, device_id, person_id, method, outcome, card_suffix, card_key, card_hash)
values (@Id, @At, @TerminalId, @DeviceId, @PersonId, @Method, @Outcome, @CardSuffix, @CardKey, @CardHash)
