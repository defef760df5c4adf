-- Runs of a directory, the newest first. Parameters: directoryId, before (id), limit. Rows: RunRow. Index: directory_run_directory.
select r.id, r.directory_id, r.kind, r.started_by, r.started_at, r.ended_at, r.outcome, r.phase, r.server, r.seen, r.added, r.changed, r.unchanged, r.deactivated, r.reactivated, r.purged, r.problems, r.referrals, r.cause, r.message, r.details, r.next_due
from directory_run r where r.directory_id = @directoryId and r.id < @before
order by r.id desc
limit @limit
