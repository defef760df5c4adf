-- Roll-up by hour of the local day, so that a month by hour need not look at entries. It tells no person: when somebody copies is nobody's business.
-- month as in usage_month, hour 0 to 23.
create table usage_hour (
    org_id integer not null,
    month integer not null,
    device_id integer not null,
    hour integer not null,
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
    primary key (org_id, month, device_id, hour, function, cause)
) without rowid, strict;

-- The first month that is whole in it; months before are told from the entries.
insert into setting (name, value, updated_at)
select 'Reports:HoursSince', cast(coalesce((cast(strftime('%Y', julianday('0001-01-01') + max(day)) as integer) * 12 + cast(strftime('%m', julianday('0001-01-01') + max(day)) as integer)), 0) as text), 0 from usage_day;
