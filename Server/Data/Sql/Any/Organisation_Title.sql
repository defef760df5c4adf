-- The name of an organisation for people, or null. Parameter: id. Index: primary key.
select title from organisation where id = @id
