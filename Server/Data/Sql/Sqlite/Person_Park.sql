-- Takes the user name from people who are gone or get another one, so that somebody else may have it. Parameters: ids, now. Index: primary key.
update person set user_name = user_name || '~' || id, user_folded = user_folded || '~' || id, updated_at = @now where id in @ids
