-- Whether a person is switched on, by the administrator and by the directory. Parameter: id. Rows: one id or none. Index: primary key.
select id from person where id = @id and enabled = 1 and directory_enabled = 1
