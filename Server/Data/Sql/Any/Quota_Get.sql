-- What a limit is set to. Parameters: orgId, kind, subject. Rows: period, soft_micros, hard_micros, extra_micros, at most one. Index: unique (org_id, kind, subject).
select period, soft_micros, hard_micros, extra_micros from quota where org_id = @orgId and kind = @kind and subject = @subject
