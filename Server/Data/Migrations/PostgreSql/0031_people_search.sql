-- People are found by a part of their names in memory, which asks for who was changed since it was filled; those who are blocked, and those of a department, in the order of their names.
create index person_updated on person (org_id, updated_at);
create index person_blocked on person (org_id, user_folded) where (enabled = 0 or directory_enabled = 0) and merged_into is null;
drop index person_department;
create index person_department on person (org_id, department, user_folded) where department is not null;
