-- A page of receipts, newest first. Parameters: orgId, deviceId (null: all), status (null: all), before (id), limit. Rows: ReceiptView. Index: primary key.
select r.id, r.device_id, d.name as device, r.key, r.status, r.received_at, r.started_at, r.ended_at, r.clock_offset_ms, r.booked_at, p.user_name as user_name, j.code as project,
       r.session_id, r.shortage, r.content
from receipt r
join device d on d.id = r.device_id
left join person p on p.id = r.person_id
left join project j on j.id = r.project_id
where r.org_id = @orgId and r.id < @before
  and (cast(@deviceId as bigint) is null or r.device_id = @deviceId)
  and (cast(@status as bigint) is null or r.status = @status)
order by r.id desc
limit @limit
