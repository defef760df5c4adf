-- Lets those who were merged be in the department of whom they were merged into. Index: person_merged.
update person set department = (select t.department from person t where t.id = person.merged_into), cost_centre = (select t.cost_centre from person t where t.id = person.merged_into)
where merged_into is not null and exists (select 1 from person t where t.id = person.merged_into and (coalesce(t.department, '') <> coalesce(person.department, '') or coalesce(t.cost_centre, '') <> coalesce(person.cost_centre, '')))
