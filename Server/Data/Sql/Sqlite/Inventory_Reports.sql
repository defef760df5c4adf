-- What some devices said last of themselves. Parameters: ids (not empty). Rows: device_id, report. Index: primary key.
select device_id, report from device_inventory where device_id in @ids
