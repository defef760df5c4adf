-- The newest refusals. Parameters: limit. Rows: FleetRefusalRow. Index: primary key.
select r.id, r.at, a.name as agent, r.sequence, r.address, r.reason
from fleet_refusal r
left join fleet_agent a on a.id = r.agent_id
order by r.id desc
limit @limit
