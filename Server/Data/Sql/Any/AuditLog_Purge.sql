-- Forgets old rows of the audit log. Parameters: before, limit. Index: primary key: an id begins with its time (IdGenerator).
delete from audit_log where id in (
    select id from audit_log where id < ((@before - 1735689600000000) * 64 / 1000000) * 67108864 and at < @before order by id limit @limit)
