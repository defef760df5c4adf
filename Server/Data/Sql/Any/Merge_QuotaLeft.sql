-- Ends the limit of a person who is merged. Parameters: orgId, from (as text). Index: unique (org_id, kind, subject).
delete from quota where org_id = @orgId and kind = 0 and subject = @from
