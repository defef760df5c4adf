-- Ends all sessions of a web account but one. Parameters: id, keep. Index: web_session_account.
delete from web_session where account_id = @id and hash <> @keep
