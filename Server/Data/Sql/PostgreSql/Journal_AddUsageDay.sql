-- Adds to the roll-up by day. Rows come sorted by key, so that two writers never wait for each other in a circle. Parameters: one array for each column, in this order. Index: primary key.
insert into usage_day (org_id, day, device_id, person_id, project_id, function, cause, jobs, impressions, mono, color, unknown_color, normal, large, unknown_size, sheets, duplex_sheets, unknown_sides, scans, faxes, cost_micros)
select * from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)
on conflict (org_id, day, device_id, person_id, project_id, function, cause) do update
set jobs = usage_day.jobs + excluded.jobs,
    impressions = usage_day.impressions + excluded.impressions,
    mono = usage_day.mono + excluded.mono,
    color = usage_day.color + excluded.color,
    unknown_color = usage_day.unknown_color + excluded.unknown_color,
    normal = usage_day.normal + excluded.normal,
    large = usage_day.large + excluded.large,
    unknown_size = usage_day.unknown_size + excluded.unknown_size,
    sheets = usage_day.sheets + excluded.sheets,
    duplex_sheets = usage_day.duplex_sheets + excluded.duplex_sheets,
    unknown_sides = usage_day.unknown_sides + excluded.unknown_sides,
    scans = usage_day.scans + excluded.scans,
    faxes = usage_day.faxes + excluded.faxes,
    cost_micros = usage_day.cost_micros + excluded.cost_micros
