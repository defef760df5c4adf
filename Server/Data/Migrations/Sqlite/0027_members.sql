-- One row for each member with the ids of all groups that name it (8 octets each), and at each group the keys that it names (16 octets each): a row and an index entry for each
-- membership were a quarter of what a first listing cost.
alter table directory_group add column members blob not null default x'';
update directory_group
set members = coalesce((select unhex(group_concat(hex(m.member_key), '')) from directory_member m where m.group_id = directory_group.id), x'');

create table directory_member_of (
    generation integer not null,
    member_key blob not null,
    groups blob not null,
    primary key (generation, member_key)
) strict;
insert into directory_member_of (generation, member_key, groups)
select generation, member_key, unhex(group_concat(printf('%016X', group_id), '')) from directory_member group by generation, member_key;
drop table directory_member;
