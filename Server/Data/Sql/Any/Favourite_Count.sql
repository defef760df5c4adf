-- How many favourites a person has. Parameter: personId. Rows: one number. Index: primary key.
select count(*) from project_favourite where person_id = @personId
