-- When the packs of a day were made anew: a version that rises with each, so that sums of packed days are known to hold. A day without one has the packs that an older program made.
create table usage_packed (
    org_id integer not null,
    day integer not null,
    version integer not null,
    primary key (org_id, day)
) without rowid, strict;
