-- How agents of a platform stand about updates. Parameters: orgId, platform. Rows: FleetStandingRow. Index: one pass.
select u.agent_id, u.version, u.state, u.about, u.reported_at
from fleet_agent_update u
join fleet_agent a on a.id = u.agent_id
where a.org_id = @orgId and a.revoked_at is null and u.platform = @platform
