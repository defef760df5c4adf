-- Entries after one of them with the older ones of the same intervals, by interval. Parameters: deviceId, seq. Rows: the columns. Index: primary key.
select device_id, seq, epoch, interval_seq, counter, delta, at, posted_at, session_id, person_id, project_id, cause, confidence, source, evidence, reverses
from entry
where device_id = @deviceId
  and (@seq = 0 or interval_seq in (select late.interval_seq from entry late where late.device_id = @deviceId and late.seq > @seq))
order by interval_seq, seq
