-- The newest lines of the access log about a person. Parameters: id, limit. Rows: AccessLine. Index: access_log_person.
select a.id, a.at, a.terminal_id, t.name as terminal, d.name as device, a.method, a.outcome, a.card_suffix
from access_log a left join terminal t on t.id = a.terminal_id left join device d on d.id = a.device_id
where a.person_id = @id
order by a.id desc
limit @limit
