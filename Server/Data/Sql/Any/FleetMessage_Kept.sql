-- What an agent's manager keeps: applied, the begin of the first gap at or above a number (null without), and the numbers that wait, in order. Parameters: agentId, first. Rows: at least one when the agent is there. Index: primary keys.
select a.applied_through as applied,
       (select min(g.first) from fleet_gap g where g.agent_id = a.id and g.last >= @first) as missing,
       m.sequence
from fleet_agent a
left join fleet_message m on m.agent_id = a.id and m.sequence > a.applied_through
where a.id = @agentId and a.revoked_at is null
order by m.sequence
