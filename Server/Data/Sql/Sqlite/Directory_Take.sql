-- Claims a directory for a run that somebody asked for; nobody else may be at it. Parameters: id, node, length (microseconds). Rows: DirectoryRow, none when a run is under way. Index: primary key.
update directory
set claim_token = claim_token + 1, claim_owner = @node, claim_until = cast(unixepoch('subsec') * 1000000 as integer) + @length
where id = @id and (claim_owner is null or claim_until < cast(unixepoch('subsec') * 1000000 as integer))
returning id, org_id, name, name_folded, password_sealed, settings_print, group_generation, automatic, wanted, full_at, failures, claim_owner, claim_token, claim_until, next_due, mapping, settings, settings_at
