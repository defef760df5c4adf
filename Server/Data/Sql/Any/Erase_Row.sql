-- What leads to a person: the name and the mail address. Parameters: id. Rows: at most one. Index: primary key.
select user_folded, email from person where id = @id
