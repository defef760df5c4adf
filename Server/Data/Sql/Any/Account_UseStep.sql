-- Uses up a time step of the second step; changes no row when it or a later one was used. Parameters: id, step. Index: primary key.
update web_account set totp_step = @step where id = @id and totp_secret is not null and (totp_step is null or totp_step < @step)
