-- A page of the lines about cards that nobody has now, of which the hash is kept, newest first. Parameters: orgId, before (id), outcome (null: all), limit. Rows: AccessLogRow.
-- Index: access_log_unknown, backwards.
select l.id, l.at, l.terminal_id, t.name as terminal, d.name as device, l.method, l.outcome, l.card_suffix, null as user_name, null as display_name, null as owner, 1 as assignable
from access_log l
cross join terminal t
left join device d on d.id = l.device_id
where l.card_hash is not null and l.id < @before and t.id = l.terminal_id and t.org_id = @orgId
  and (cast(@outcome as text) is null or l.outcome = @outcome)
  and not exists (select 1 from card c where c.org_id = t.org_id and c.key_id = l.card_key and c.hash = l.card_hash)
order by l.id desc
limit @limit
