-- Takes a limit away. Parameters: orgId, kind, subject. Index: unique (org_id, kind, subject).
delete from quota where org_id = @orgId and kind = @kind and subject = @subject
