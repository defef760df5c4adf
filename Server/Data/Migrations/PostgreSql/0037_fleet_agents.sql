-- Each key of an agent is a generation of its own, in which its numbers begin anew; a message that waits belongs to the generation that signed it. A revoked key stands apart, where nothing is checked against it.
-- hosted: the agent inside the server. refusal_*: rows about the agent's refusals in an hour; unwritten counts those that got none.
alter table fleet_agent add column generation bigint not null default 0;
alter table fleet_agent add column revoked_key bytea;
alter table fleet_agent add column hosted bigint not null default 0;
alter table fleet_agent add column refusal_hour bigint not null default 0;
alter table fleet_agent add column refusal_count bigint not null default 0;
alter table fleet_agent add column unwritten bigint not null default 0;

alter table fleet_message add column generation bigint not null default 0;
alter table fleet_message alter column generation drop default;
alter table fleet_message drop constraint fleet_message_pkey;
alter table fleet_message add primary key (agent_id, generation, sequence);

-- A key that was revoked and counted again since somebody made a new code is revoked again.
update fleet_agent set revoked_at = (select max(r.at) from audit_log r where r.subject = 'fleetAgent:' || fleet_agent.id and r.action = 'fleet.agent.revoke')
where revoked_at is null and exists (
    select 1 from audit_log r
    where r.subject = 'fleetAgent:' || fleet_agent.id and r.action = 'fleet.agent.revoke'
      and not exists (select 1 from audit_log e where e.subject = r.subject and e.action = 'fleet.agent.enrol' and e.id > r.id));
update fleet_agent set revoked_key = public_key, public_key = null where revoked_at is not null;
update fleet_agent set hosted = 1
where exists (select 1 from audit_log h where h.subject = 'fleetAgent:' || fleet_agent.id and h.action = 'fleet.agent.code' and h.actor = 'localAgent');
