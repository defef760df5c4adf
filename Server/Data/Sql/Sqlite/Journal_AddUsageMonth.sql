-- Adds to the roll-up by month. Rows come sorted by key, so that two writers never wait for each other in a circle. Parameters: the columns. Index: primary key.
insert into usage_month (org_id, month, person_id, project_id, jobs, impressions, mono, color, unknown_color, normal, large, unknown_size, sheets, duplex_sheets, unknown_sides, scans, faxes, cost_micros)
values (@orgId, @month, @personId, @projectId, @jobs, @impressions, @mono, @color, @unknownColor, @normal, @large, @unknownSize, @sheets, @duplexSheets, @unknownSides, @scans, @faxes, @costMicros)
on conflict (org_id, month, person_id, project_id) do update
set jobs = usage_month.jobs + excluded.jobs,
    impressions = usage_month.impressions + excluded.impressions,
    mono = usage_month.mono + excluded.mono,
    color = usage_month.color + excluded.color,
    unknown_color = usage_month.unknown_color + excluded.unknown_color,
    normal = usage_month.normal + excluded.normal,
    large = usage_month.large + excluded.large,
    unknown_size = usage_month.unknown_size + excluded.unknown_size,
    sheets = usage_month.sheets + excluded.sheets,
    duplex_sheets = usage_month.duplex_sheets + excluded.duplex_sheets,
    unknown_sides = usage_month.unknown_sides + excluded.unknown_sides,
    scans = usage_month.scans + excluded.scans,
    faxes = usage_month.faxes + excluded.faxes,
    cost_micros = usage_month.cost_micros + excluded.cost_micros
