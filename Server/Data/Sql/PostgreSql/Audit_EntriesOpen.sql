-- As Audit_Entries, through a cursor of the transaction, because a connection has one result at a time. Parameters: deviceId, seq. Rows: none. Index: primary key.
declare audit_entries no scroll cursor for
select device_id, seq, epoch, interval_seq, counter, delta, at, posted_at, session_id, person_id, project_id, cause, confidence, source, evidence, reverses
from entry
where device_id = @deviceId
  and (@seq = 0 or interval_seq in (select late.interval_seq from entry late where late.device_id = @deviceId and late.seq > @seq))
order by interval_seq, seq
