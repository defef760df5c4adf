-- How many people who were blocked long ago have a mail address. Parameter: before. Rows: one number. Reads the people.
select count(*) from person where (enabled = 0 or directory_enabled = 0) and updated_at < @before and email is not null
