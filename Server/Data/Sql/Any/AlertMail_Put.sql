-- Says what became of a claimed mail; its row count says whether the claim still held. Parameters: id, node, attempts, state, nextTry, sentAt, message. Index: primary key.
update alert_mail
set state = @state, next_try = @nextTry, sent_at = @sentAt, message = @message, claim_owner = case when @state = 2 then claim_owner end
where id = @id and claim_owner = @node and attempts = @attempts and state in (1, 2)
