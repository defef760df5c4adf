-- Makes an entered directory one that never was, but for its number and the records of its runs; ends the claim. Parameters: id, node, token. Index: primary key.
update directory
set settings = null, settings_at = null, password_sealed = null, mapping = null, settings_print = null, group_generation = 0, automatic = 0, wanted = null, full_at = null, failures = 0, next_due = 0,
    claim_owner = null, claim_until = 0
where id = @id and claim_owner = @node and claim_token = @token
