-- A session of the web with whose it is. Parameter: hash. Rows: WebSessionView, at most one; groups as a JSON list. Index: primary keys.
select s.hash, s.org_id, s.account_id, s.person_id, s.method, s.stage, s.began_at, s.seen_at, s.proved_at, s.totp_secret,
       a.name as account_name, a.role as account_role, a.scope as account_scope, coalesce(a.enabled, 1) as account_enabled,
       p.user_name, p.display_name, p.language, coalesce(p.enabled, 1) as person_enabled, coalesce(p.directory_enabled, 1) as directory_enabled
from web_session s
left join web_account a on a.id = s.account_id
left join person p on p.id = s.person_id
where s.hash = @hash
