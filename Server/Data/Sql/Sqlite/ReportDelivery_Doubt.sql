-- Runs that a node left while it handed the mail over: nobody knows whether it arrived. Parameters: message. Index: report_delivery_open.
update report_delivery set state = 5, claim_owner = null, message = @message
where state = 2 and claim_until < cast(unixepoch('subsec') * 1000000 as integer)
