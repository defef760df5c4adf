-- Brings the record of a run up to date. Parameters: members of RunRow. Index: primary key.
update directory_run
set kind = @Kind, ended_at = @EndedAt, outcome = @Outcome, phase = @Phase, server = @Server, seen = @Seen, added = @Added, changed = @Changed, unchanged = @Unchanged,
    deactivated = @Deactivated, reactivated = @Reactivated, purged = @Purged, problems = @Problems, referrals = @Referrals,
    cause = @Cause, message = @Message, details = @Details, next_due = @NextDue
where id = @Id
