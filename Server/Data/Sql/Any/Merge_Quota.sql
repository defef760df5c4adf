-- Gives the limit of one person to another who has none. Parameters: orgId, from, into (as text). Index: unique (org_id, kind, subject).
update quota set subject = @into where org_id = @orgId and kind = 0 and subject = @from
  and not exists (select 1 from quota other where other.org_id = @orgId and other.kind = 0 and other.subject = @into)
