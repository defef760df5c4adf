-- Tellings of an alert with their mails, the oldest first. Parameters: alertId. Rows: AlertTellingRow. Index: primary key.
select t.alert_id, t.number, t.what, t.at, m.recipients, m.state, m.attempts, m.sent_at, m.message
from alert_telling t
join alert_mail m on m.id = t.mail_id
where t.alert_id = @alertId
order by t.number
