-- All offsets of the meters of some devices, in the order in which they were entered. Parameters: ids (not empty). Rows: MeterOffsetRow. Index: meter_offset_device.
select id, device_id, counter, epoch, at, pages, ledger, reason, entered_by, entered_at from meter_offset where device_id in @ids order by device_id, id
