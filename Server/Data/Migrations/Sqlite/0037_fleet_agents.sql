-- Each key of an agent is a generation of its own, in which its numbers begin anew; a message that waits belongs to the generation that signed it. A revoked key stands apart, where nothing is checked against it.
-- hosted: the agent inside the server. refusal_*: rows about the agent's refusals in an hour; unwritten counts those that got none.
alter table fleet_agent add column generation integer not null default 0;
alter table fleet_agent add column revoked_key blob;
alter table fleet_agent add column hosted integer not null default 0;
alter table fleet_agent add column refusal_hour integer not null default 0;
alter table fleet_agent add column refusal_count integer not null default 0;
alter table fleet_agent add column unwritten integer not null default 0;

create table fleet_message_kept (
    agent_id integer not null references fleet_agent (id),
    generation integer not null,
    sequence integer not null,
    first integer not null,
    received_at integer not null,
    correction_ms integer not null,
    body blob,
    primary key (agent_id, generation, sequence)
) strict;
insert into fleet_message_kept (agent_id, generation, sequence, first, received_at, correction_ms, body)
select agent_id, 0, sequence, first, received_at, correction_ms, body from fleet_message;
drop table fleet_message;
alter table fleet_message_kept rename to fleet_message;

-- A key that was revoked and counted again since somebody made a new code is revoked again.
update fleet_agent set revoked_at = (select max(r.at) from audit_log r where r.subject = 'fleetAgent:' || fleet_agent.id and r.action = 'fleet.agent.revoke')
where revoked_at is null and exists (
    select 1 from audit_log r
    where r.subject = 'fleetAgent:' || fleet_agent.id and r.action = 'fleet.agent.revoke'
      and not exists (select 1 from audit_log e where e.subject = r.subject and e.action = 'fleet.agent.enrol' and e.id > r.id));
update fleet_agent set revoked_key = public_key, public_key = null where revoked_at is not null;
update fleet_agent set hosted = 1
where exists (select 1 from audit_log h where h.subject = 'fleetAgent:' || fleet_agent.id and h.action = 'fleet.agent.code' and h.actor = 'localAgent');
