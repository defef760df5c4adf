-- Mails that a node left while it handed them over: nobody knows whether they arrived. Parameters: message. Index: alert_mail_open.
update alert_mail set state = 5, claim_owner = null, message = @message
where state = 2 and claim_until < (extract(epoch from clock_timestamp()) * 1000000)::bigint
