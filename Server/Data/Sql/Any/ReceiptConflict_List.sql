-- A page of receipts that came with other content than the first of their key, newest first. Parameters: orgId, before (id), limit. Rows: ConflictView. Index: primary key.
select c.id, d.name as device, c.key, c.received_at, c.content, r.id as first_id, r.content as first_content
from receipt_conflict c
join device d on d.id = c.device_id
join receipt r on r.device_id = c.device_id and r.key = c.key
where d.org_id = @orgId and c.id < @before
order by c.id desc
limit @limit
