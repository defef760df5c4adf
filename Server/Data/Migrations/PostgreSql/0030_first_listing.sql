-- Members of groups in buckets: those whose keys begin with the same 14 bits share a row (key of 16 octets, number of groups in 4, their ids of 8 each), so that a first listing
-- writes a sixth of the rows and index entries. Keys are hashes, which no compression makes shorter.
create table directory_members (
    generation bigint not null,
    bucket bigint not null,
    members bytea not null,
    primary key (generation, bucket)
);
alter table directory_members alter column members set storage external;
insert into directory_members (generation, bucket, members)
select generation, (get_byte(member_key, 0) << 6) | (get_byte(member_key, 1) >> 2), string_agg(member_key || int4send(length(groups) / 8) || groups, '')
from directory_member_of
group by 1, 2;
drop table directory_member_of;

-- Half of a first listing went into indexes. A card is always looked for by its hash or by its person: one index for id and person in place of two.
alter table card drop constraint card_pkey;
drop index card_person;
alter table card add primary key (person_id, id);

-- Ids begin with their time, so old rows stand at the front of the primary key.
drop index audit_log_time;
