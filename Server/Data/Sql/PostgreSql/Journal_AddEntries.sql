-- Appends ledger entries. Parameters: one array for each column, in this order. Index: primary key.
insert into entry (device_id, seq, at, posted_at, org_id, interval_seq, delta, session_id, person_id, project_id, reverses, epoch, counter, cause, confidence, source, evidence, cost_micros)
select * from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
