-- Adds to the roll-up by device and month. Rows come sorted by key, so that two writers never wait for each other in a circle. Parameters: one array for each column, in this order. Index: primary key.
insert into usage_device_month (org_id, month, device_id, function, cause, jobs, impressions, mono, color, unknown_color, normal, large, unknown_size, sheets, duplex_sheets, unknown_sides, scans, faxes, cost_micros)
select * from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)
on conflict (org_id, month, device_id, function, cause) do update
set jobs = usage_device_month.jobs + excluded.jobs,
    impressions = usage_device_month.impressions + excluded.impressions,
    mono = usage_device_month.mono + excluded.mono,
    color = usage_device_month.color + excluded.color,
    unknown_color = usage_device_month.unknown_color + excluded.unknown_color,
    normal = usage_device_month.normal + excluded.normal,
    large = usage_device_month.large + excluded.large,
    unknown_size = usage_device_month.unknown_size + excluded.unknown_size,
    sheets = usage_device_month.sheets + excluded.sheets,
    duplex_sheets = usage_device_month.duplex_sheets + excluded.duplex_sheets,
    unknown_sides = usage_device_month.unknown_sides + excluded.unknown_sides,
    scans = usage_device_month.scans + excluded.scans,
    faxes = usage_device_month.faxes + excluded.faxes,
    cost_micros = usage_device_month.cost_micros + excluded.cost_micros
