-- Forgets what a rule has not raised yet. Parameters: ruleId. Index: alert_held.
delete from alert where rule_id = @ruleId and state = 0
