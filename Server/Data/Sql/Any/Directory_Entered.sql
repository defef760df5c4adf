-- Directories that were entered on the page or by REST, by name. Parameters: orgId. Rows: DirectoryRow. Index: unique (org_id, name_folded).
select id, org_id, name, name_folded, password_sealed, settings_print, group_generation, automatic, wanted, full_at, failures, claim_owner, claim_token, claim_until, next_due, mapping, settings, settings_at
from directory where org_id = @orgId and settings is not null
order by name_folded
