-- Begins a record of a run. Parameters: id, directoryId, orgId, kind, startedBy, startedAt. Index: primary key.
insert into directory_run (id, directory_id, org_id, kind, started_by, started_at, outcome, phase)
values (@id, @directoryId, @orgId, @kind, @startedBy, @startedAt, 'running', 'connecting')
