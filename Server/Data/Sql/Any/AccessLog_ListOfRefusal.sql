-- As AccessLog_List for one outcome but those that are the rule. Parameters: as there, outcome. Rows: AccessLogRow. Index: access_log_outcome, backwards.
select l.id, l.at, l.terminal_id, t.name as terminal, d.name as device, l.method, l.outcome, l.card_suffix, p.user_name, p.display_name, o.user_name as owner,
       case when l.card_hash is not null and c.id is null then 1 else 0 end as assignable
from access_log l
cross join terminal t
left join device d on d.id = l.device_id
left join person p on p.id = l.person_id
left join card c on c.org_id = t.org_id and c.key_id = l.card_key and c.hash = l.card_hash
left join person o on o.id = c.person_id
where l.outcome = @outcome and l.outcome not in ('granted', 'loggedOut') and l.id < @before and t.id = l.terminal_id and t.org_id = @orgId
order by l.id desc
limit @limit
