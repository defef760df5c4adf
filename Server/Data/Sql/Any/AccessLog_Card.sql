-- The card of a line of the access log. Parameters: orgId, id. Rows: UnknownCard, at most one. Index: primary key.
select l.card_key as key_id, l.card_hash as hash, l.card_suffix as suffix
from access_log l
join terminal t on t.id = l.terminal_id and t.org_id = @orgId
where l.id = @id and l.card_hash is not null
