-- A directory by name. Parameters: orgId, folded. Rows: DirectoryRow, at most one. Index: unique (org_id, name_folded).
select id, org_id, name, name_folded, password_sealed, settings_print, group_generation, automatic, wanted, full_at, failures, claim_owner, claim_token, claim_until, next_due, mapping, settings, settings_at
from directory where org_id = @orgId and name_folded = @folded
