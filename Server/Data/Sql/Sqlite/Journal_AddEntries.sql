-- Appends ledger entries. Parameters: the columns. Index: primary key.
insert into entry (device_id, seq, at, posted_at, org_id, interval_seq, delta, session_id, person_id, project_id, reverses, epoch, counter, cause, confidence, source, evidence, cost_micros)
values (@deviceId, @seq, @at, @postedAt, @orgId, @intervalSeq, @delta, @sessionId, @personId, @projectId, @reverses, @epoch, @counter, @cause, @confidence, @source, @evidence, @costMicros)
