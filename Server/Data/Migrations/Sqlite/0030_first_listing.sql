-- Members of groups in buckets: those whose keys begin with the same 14 bits share a row (key of 16 octets, number of groups in 4, their ids of 8 each), so that a first listing
-- writes a sixth of the rows and index entries.
create table directory_members (
    generation integer not null,
    bucket integer not null,
    members blob not null,
    primary key (generation, bucket)
) strict;
insert into directory_members (generation, bucket, members)
select generation,
       (((instr('0123456789ABCDEF', substr(hex(member_key), 1, 1)) - 1) * 16 + instr('0123456789ABCDEF', substr(hex(member_key), 2, 1)) - 1) * 16 + instr('0123456789ABCDEF', substr(hex(member_key), 3, 1)) - 1) * 4
           + (instr('0123456789ABCDEF', substr(hex(member_key), 4, 1)) - 1) / 4,
       unhex(group_concat(hex(member_key) || printf('%08X', length(groups) / 8) || hex(groups), ''))
from directory_member_of
group by 1, 2;
drop table directory_member_of;

-- Ids begin with their time, so old rows stand at the front of the primary key.
drop index audit_log_time;
