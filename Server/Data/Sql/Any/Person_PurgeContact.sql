-- Forgets the mail addresses of people who were blocked long ago. Parameters: before, limit. Index: primary key.
update person set email = null where id in (select id from person where (enabled = 0 or directory_enabled = 0) and updated_at < @before and email is not null limit @limit)
