-- A page of the access log, newest first. Parameters: orgId, before (id), terminal (id) and outcome (null: all), limit. Rows: AccessLogRow. Index: primary key, backwards, or access_log_terminal.
select l.id, l.at, l.terminal_id, t.name as terminal, d.name as device, l.method, l.outcome, l.card_suffix, p.user_name, p.display_name, o.user_name as owner,
       case when l.card_hash is not null and c.id is null then 1 else 0 end as assignable
from access_log l
join terminal t on t.id = l.terminal_id and t.org_id = @orgId
left join device d on d.id = l.device_id
left join person p on p.id = l.person_id
left join card c on c.org_id = t.org_id and c.key_id = l.card_key and c.hash = l.card_hash
left join person o on o.id = c.person_id
where l.id < @before
  and (cast(@terminal as text) is null or l.terminal_id = @terminal)
  and (cast(@outcome as text) is null or l.outcome = @outcome)
order by l.id desc
limit @limit
