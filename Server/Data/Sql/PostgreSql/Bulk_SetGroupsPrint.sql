-- Remembers which groups people were given. Parameters: one array for each column, in this order (SQLite: one row at a time). Index: unique (person_id).
update directory_person d
set groups_print = v.print
from unnest($1, $2) as v (id, print)
where d.person_id = v.id
