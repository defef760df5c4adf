-- Replaces the second step of a web account (null = none). Parameters: id, orgId, secret, step, now. Index: primary key.
update web_account set totp_secret = @secret, totp_step = @step, updated_at = @now where id = @id and org_id = @orgId
