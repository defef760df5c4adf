-- Roll-up by hour of the local day, so that a month by hour need not look at entries. It tells no person: when somebody copies is nobody's business.
-- month as in usage_month, hour 0 to 23.
create table usage_hour (
    org_id bigint not null,
    month integer not null,
    device_id bigint not null,
    hour smallint not null,
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
    primary key (org_id, month, device_id, hour, function, cause)
) with (fillfactor = 80);

-- The first month that is whole in it; months before are told from the entries.
insert into setting (name, value, updated_at)
select 'Reports:HoursSince', cast(coalesce((extract(year from date '0001-01-01' + max(day))::integer * 12 + extract(month from date '0001-01-01' + max(day))::integer), 0) as text), 0 from usage_day;
