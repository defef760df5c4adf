-- Forgets old refusals. Parameters: before. Index: fleet_refusal_time.
delete from fleet_refusal where at < @before
