-- Claims one directory that is due and free. Parameters: orgId, names (folded), node, length (microseconds), now. Rows: DirectoryRow, at most one. Index: unique (org_id, name_folded).
update directory
set claim_token = claim_token + 1, claim_owner = @node, claim_until = cast(unixepoch('subsec') * 1000000 as integer) + @length
where id in (
    select d.id from directory d
    where d.org_id = @orgId and d.name_folded in @names and (d.automatic = 1 or d.wanted is not null) and d.next_due <= @now
      and (d.claim_owner is null or d.claim_until < cast(unixepoch('subsec') * 1000000 as integer))
    order by d.next_due
    limit 1
)
returning id, org_id, name, name_folded, password_sealed, settings_print, group_generation, automatic, wanted, full_at, failures, claim_owner, claim_token, claim_until, next_due, mapping, settings, settings_at
