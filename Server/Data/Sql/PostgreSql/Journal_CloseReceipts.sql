-- Closes receipts that were booked. Parameters: arrays of id, status, time, person, session, project, shortage, content (null leaves it). Index: primary key, named apart
-- from the join so that a plan made while the table was small goes on to use it.
update receipt
set status = s.status, booked_at = s.at, person_id = s.person, session_id = s.session, project_id = s.project, shortage = s.shortage, content = coalesce(s.content, receipt.content)
from unnest($1, $2, $3, $4, $5, $6, $7, $8) as s (id, status, at, person, session, project, shortage, content)
where receipt.id = s.id and receipt.id = any($1)
