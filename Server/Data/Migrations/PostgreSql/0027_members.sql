-- One row for each member with the ids of all groups that name it (8 octets each), and at each group the keys that it names (16 octets each): a row and an index entry for each
-- membership were a quarter of what a first listing cost. Keys are hashes, which no compression makes shorter.
alter table directory_group add column members bytea not null default '';
alter table directory_group alter column members set storage external;
update directory_group g set members = m.members
from (select group_id, string_agg(member_key, '') as members from directory_member group by group_id) m
where g.id = m.group_id;

create table directory_member_of (
    generation bigint not null,
    member_key bytea not null,
    groups bytea not null,
    primary key (generation, member_key)
);
insert into directory_member_of (generation, member_key, groups)
select generation, member_key, string_agg(int8send(group_id), '') from directory_member group by generation, member_key;
drop table directory_member;
