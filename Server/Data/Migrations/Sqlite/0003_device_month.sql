-- Roll-up of whole devices, so that a month by device, and what belongs to no one, need not add up days. month as in usage_month.
create table usage_device_month (
    org_id integer not null,
    month integer not null,
    device_id integer not null,
    function integer not null,
    cause integer not null,
    jobs integer not null,
    impressions integer not null,
    mono integer not null,
    color integer not null,
    unknown_color integer not null,
    normal integer not null,
    large integer not null,
    unknown_size integer not null,
    sheets integer not null,
    duplex_sheets integer not null,
    unknown_sides integer not null,
    scans integer not null,
    faxes integer not null,
    cost_micros integer not null,
    primary key (org_id, month, device_id, function, cause)
) without rowid, strict;
insert into usage_device_month (org_id, month, device_id, function, cause, jobs, impressions, mono, color, unknown_color, normal, large, unknown_size, sheets, duplex_sheets, unknown_sides, scans, faxes, cost_micros)
select org_id, cast(strftime('%Y', julianday('0001-01-01') + day) as integer) * 12 + cast(strftime('%m', julianday('0001-01-01') + day) as integer) - 1, device_id, function, cause, sum(jobs), sum(impressions), sum(mono), sum(color), sum(unknown_color), sum(normal), sum(large), sum(unknown_size), sum(sheets), sum(duplex_sheets), sum(unknown_sides), sum(scans), sum(faxes), sum(cost_micros)
from usage_day
group by 1, 2, 3, 4, 5;
