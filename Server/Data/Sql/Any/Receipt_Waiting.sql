-- Receipts of a device that wait, the oldest jobs first. Parameters: deviceId, limit. Rows: ReceiptRepository.WaitingRow. Index: receipt_waiting.
select id, org_id, received_at, started_at, ended_at, content
from receipt
where device_id = @deviceId and status = 0
order by ended_at, id
limit @limit
