-- What a panel shows of a person. Parameters: id. Rows: PanelPerson, at most one. Index: person primary key.
select id, user_name, display_name, language from person where id = @id
