-- Open alerts that nobody has taken note of, the worst and oldest first. Parameters: orgId, limit. Rows: AlertRow. Index: alert_going.
select a.id, a.kind, a.severity, a.device_id, a.subject, a.detail, a.site, a.raised_at
from alert a where a.org_id = @orgId and a.state = 1 and a.noted_at is null
order by a.severity desc, a.id
limit @limit
