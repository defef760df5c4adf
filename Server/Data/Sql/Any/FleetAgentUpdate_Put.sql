-- How an agent says that it stands; an older report than the last one changes nothing. Parameters: agentId, version, platform, mode, state, about, reason, sentAt, now. Index: primary key.
insert into fleet_agent_update (agent_id, version, platform, mode, state, about, reason, sent_at, reported_at)
values (@agentId, @version, @platform, @mode, @state, @about, @reason, @sentAt, @now)
on conflict (agent_id) do update set version = excluded.version, platform = excluded.platform, mode = excluded.mode, state = excluded.state, about = excluded.about, reason = excluded.reason,
    sent_at = excluded.sent_at, reported_at = excluded.reported_at
where fleet_agent_update.sent_at < excluded.sent_at
