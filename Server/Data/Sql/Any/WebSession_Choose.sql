-- Which of several roles holds in a session. Parameters: hash, role. Index: primary key.
update web_session set chosen = @role where hash = @hash
