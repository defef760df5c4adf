-- Days of usage_day that are over, packed by column for reports over many people. kind: 0 every row of the day, 1 its sums by function, cause and whether they belong to somebody;
-- 2 the sums of a month that is over by hour of the local day, whose day is the month (as in usage_month).
-- A day without rows has an empty pack, so that what lies between the first and the last packed day is known to be whole.
create table usage_pack (
    org_id integer not null,
    kind integer not null,
    day integer not null,
    part integer not null,
    content blob not null,
    primary key (org_id, kind, day, part)
) strict;

-- Days that something was added to long after they were over: their packs do not hold until they are made anew. version tells two additions of a device apart.
create table usage_late (
    org_id integer not null,
    day integer not null,
    device_id integer not null,
    version integer not null,
    primary key (org_id, day, device_id)
) without rowid, strict;

-- Sessions that are not sure, which are few.
create index session_inferred on session (opened_at, device_id) where inferred = 1 and state = 4;
