-- How many rows of the audit log are older. Parameter: before. Rows: one number. Index: primary key: an id begins with its time (IdGenerator).
select count(*) from audit_log where id < ((@before - 1735689600000000) * 64 / 1000000) * 67108864 and at < @before
