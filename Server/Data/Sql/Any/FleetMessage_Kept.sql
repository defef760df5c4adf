-- What an agent's manager keeps of its present key: applied, the begin of the first gap at or above a number (null without), and the numbers that wait, in order. Parameters: agentId, generation, first. Rows: at least one when the agent has that key. Index: primary keys.
select a.applied_through as applied,
       (select min(g.first) from fleet_gap g where g.agent_id = a.id and g.last >= @first) as missing,
       m.sequence
from fleet_agent a
left join fleet_message m on m.agent_id = a.id and m.generation = a.generation and m.sequence > a.applied_through
where a.id = @agentId and a.generation = @generation and a.revoked_at is null
order by m.sequence
