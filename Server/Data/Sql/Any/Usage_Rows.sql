-- Rows of the roll-up by day, for sums that are made in memory. Parameters: orgId, first, last (day numbers). Rows: by the places of the columns of UsageBlock. Index: primary key (org_id, day, …).
select day, person_id, project_id, device_id, function, cause, jobs, impressions, mono, color, unknown_color, normal, large, unknown_size, sheets, duplex_sheets, unknown_sides, scans, faxes, cost_micros
from usage_day where org_id = @orgId and day between @first and @last
