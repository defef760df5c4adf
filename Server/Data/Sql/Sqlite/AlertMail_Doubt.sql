-- Mails that a node left while it handed them over: nobody knows whether they arrived. Parameters: message. Index: alert_mail_open.
update alert_mail set state = 5, claim_owner = null, message = @message
where state = 2 and claim_until < cast(unixepoch('subsec') * 1000000 as integer)
