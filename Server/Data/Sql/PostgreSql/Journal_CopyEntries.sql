-- Appends many ledger entries; what Journal_AddEntries does for few. Binary rows with the columns in this order. Index: primary key.
copy entry (device_id, seq, at, posted_at, org_id, interval_seq, delta, session_id, person_id, project_id, reverses, epoch, counter, cause, confidence, source, evidence, cost_micros)
from stdin (format binary)
