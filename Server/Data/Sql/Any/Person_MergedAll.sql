-- All people of an organisation who were merged, with whom they were merged into. Parameter: orgId. Rows: MergedPerson. Index: person_merged (the plus keeps SQLite from reading all people of the organisation by another).
select p.id, t.id as into_id, t.user_name, t.display_name, t.department, t.cost_centre
from person p join person t on t.id = p.merged_into
where p.merged_into is not null and +p.org_id = @orgId
