-- Adds to the roll-up by hour of the day, device and month. Rows come sorted by key, so that two writers never wait for each other in a circle. Parameters: the columns. Index: primary key.
insert into usage_hour (org_id, month, device_id, hour, function, cause, jobs, impressions, mono, color, unknown_color, normal, large, unknown_size, sheets, duplex_sheets, unknown_sides, scans, faxes, cost_micros)
values (@orgId, @month, @deviceId, @hour, @function, @cause, @jobs, @impressions, @mono, @color, @unknownColor, @normal, @large, @unknownSize, @sheets, @duplexSheets, @unknownSides, @scans, @faxes, @costMicros)
on conflict (org_id, month, device_id, hour, function, cause) do update
set jobs = usage_hour.jobs + excluded.jobs,
    impressions = usage_hour.impressions + excluded.impressions,
    mono = usage_hour.mono + excluded.mono,
    color = usage_hour.color + excluded.color,
    unknown_color = usage_hour.unknown_color + excluded.unknown_color,
    normal = usage_hour.normal + excluded.normal,
    large = usage_hour.large + excluded.large,
    unknown_size = usage_hour.unknown_size + excluded.unknown_size,
    sheets = usage_hour.sheets + excluded.sheets,
    duplex_sheets = usage_hour.duplex_sheets + excluded.duplex_sheets,
    unknown_sides = usage_hour.unknown_sides + excluded.unknown_sides,
    scans = usage_hour.scans + excluded.scans,
    faxes = usage_hour.faxes + excluded.faxes,
    cost_micros = usage_hour.cost_micros + excluded.cost_micros
