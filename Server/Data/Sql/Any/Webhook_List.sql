-- Webhooks of an organisation by name, with how many events wait and when one was delivered last. Parameter: orgId. Rows: WebhookRow. Index: unique (org_id, name_folded), webhook_event_due.
select w.id, w.org_id, w.name, w.name_folded, w.address, w.events, w.user_names, w.enabled, w.secret_sealed, w.previous_sealed, w.previous_until, w.failures, w.failing_since, w.paused_at, w.paused_reason, w.next_due, w.created_at, w.updated_at,
       (select count(*) from webhook_event e where e.webhook_id = w.id and e.state = 0) as waiting,
       (select max(e.ended_at) from webhook_event e where e.webhook_id = w.id and e.state = 1) as delivered_at
from webhook w
where w.org_id = @orgId
order by w.name_folded
