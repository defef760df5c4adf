-- What an agent's name of a device stands for, and whether people can log in there or we read it ourselves. Parameters: agentId, key. Rows: FleetLinkRow, at most one. Index: primary key.
select f.device_id,
       case when exists (select 1 from terminal t where t.device_id = f.device_id and t.revoked_at is null) then 1 else 0 end as attended,
       coalesce((select k.monitored from device_poll k where k.device_id = f.device_id), 0) as monitored
from fleet_device f
where f.agent_id = @agentId and f.key = @key
