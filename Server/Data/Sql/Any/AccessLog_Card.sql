-- The card of a line of the access log that nobody had. Parameters: orgId, id. Rows: key, hash, suffix; at most one. Index: primary key.
select a.card_key as key_id, a.card_hash as hash, a.card_suffix as suffix
from access_log a join terminal t on t.id = a.terminal_id
where a.id = @id and t.org_id = @orgId and a.card_hash is not null
