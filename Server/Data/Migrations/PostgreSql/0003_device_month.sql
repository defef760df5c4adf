-- Roll-up of whole devices, so that a month by device, and what belongs to no one, need not add up days. month as in usage_month.
create table usage_device_month (
    org_id bigint not null,
    month integer not null,
    device_id bigint not null,
    function smallint not null,
    cause smallint not null,
    jobs bigint not null,
    impressions bigint not null,
    mono bigint not null,
    color bigint not null,
    unknown_color bigint not null,
    normal bigint not null,
    large bigint not null,
    unknown_size bigint not null,
    sheets bigint not null,
    duplex_sheets bigint not null,
    unknown_sides bigint not null,
    scans bigint not null,
    faxes bigint not null,
    cost_micros bigint not null,
    primary key (org_id, month, device_id, function, cause)
) with (fillfactor = 80);
insert into usage_device_month (org_id, month, device_id, function, cause, jobs, impressions, mono, color, unknown_color, normal, large, unknown_size, sheets, duplex_sheets, unknown_sides, scans, faxes, cost_micros)
select org_id, extract(year from date '0001-01-01' + day)::integer * 12 + extract(month from date '0001-01-01' + day)::integer - 1, device_id, function, cause, sum(jobs), sum(impressions), sum(mono), sum(color), sum(unknown_color), sum(normal), sum(large), sum(unknown_size), sum(sheets), sum(duplex_sheets), sum(unknown_sides), sum(scans), sum(faxes), sum(cost_micros)
from usage_day
group by 1, 2, 3, 4, 5;
