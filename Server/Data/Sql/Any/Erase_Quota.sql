-- Ends the limit of a person. Parameters: orgId, subject (the id as text). Index: unique (org_id, kind, subject).
delete from quota where org_id = @orgId and kind = 0 and subject = @subject
