-- Forgets mails of before a time that are done. Parameters: before. Index: alert_mail_time.
delete from alert_mail where created_at < @before and state >= 3
