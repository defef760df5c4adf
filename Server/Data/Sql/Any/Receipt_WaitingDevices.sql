-- Devices with receipts that wait for their time to be shown by the meters. Parameters: before (end of the job), limit. Rows: device_id. Index: receipt_waiting.
select distinct device_id from receipt where status = 0 and ended_at <= @before order by device_id limit @limit
