-- Receipts whose pages were booked to a session, the first job first. Parameters: session, whole (1: all) or projects, limit. Rows: ReceiptView. Index: receipt_session.
select r.id, r.device_id, d.name as device, r.key, r.status, r.received_at, r.started_at, r.ended_at, r.clock_offset_ms, r.booked_at, p.user_name as user_name, j.code as project,
       r.session_id, r.shortage, r.content
from receipt r
join device d on d.id = r.device_id
left join person p on p.id = r.person_id
left join project j on j.id = r.project_id
where r.session_id = @session and (@whole = 1 or r.project_id = any(@projects))
order by r.ended_at, r.id
limit @limit
