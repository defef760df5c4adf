-- Keeps a telling; each number of an alert once. Parameters: alertId, number, mailId, what, now. Index: primary key.
insert into alert_telling (alert_id, number, mail_id, what, at) values (@alertId, @number, @mailId, @what, @now)
