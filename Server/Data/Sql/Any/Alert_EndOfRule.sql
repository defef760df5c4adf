-- Ends what a rule has raised and forgets what it has not: it was deleted or switched off. Nobody is told. Parameters: ruleId, now. Index: alert_held.
update alert set state = 3, resolved_at = coalesce(resolved_at, @now), version = version + 1 where rule_id = @ruleId and state in (1, 2)
