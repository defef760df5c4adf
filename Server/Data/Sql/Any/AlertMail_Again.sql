-- Has a mail about an alert that was given up, or that may not have arrived, sent once more. Parameters: alertId, now. Index: primary keys.
update alert_mail set state = 0, attempts = 0, next_try = @now, message = null
where state in (4, 5) and id in (select t.mail_id from alert_telling t where t.alert_id = @alertId)
