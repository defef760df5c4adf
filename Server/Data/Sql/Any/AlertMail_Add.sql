-- Adds a mail that waits. Parameters: id, orgId, ruleId, ruleName, recipients, language, now. Index: primary key.
insert into alert_mail (id, org_id, rule_id, rule_name, recipients, language, created_at, state, next_try) values (@id, @orgId, @ruleId, @ruleName, @recipients, @language, @now, 0, @now)
