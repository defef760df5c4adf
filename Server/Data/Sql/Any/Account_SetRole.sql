-- Gives a web account another role and scope, but never takes administration from the last enabled administrator of everything. Nor does it touch one whose role or scope are no more what they were. Parameters: id, orgId, wasRole, wasScope, role, scope, now. Index: primary key.
update web_account set role = @role, scope = @scope, updated_at = @now
where id = @id and org_id = @orgId and role = @wasRole and coalesce(scope, '') = coalesce(cast(@wasScope as text), '') and (role <> @role or coalesce(scope, '') <> coalesce(cast(@scope as text), ''))
  and ((@role = 'administrator' and cast(@scope as text) is null)
    or exists (select 1 from web_account other where other.org_id = @orgId and other.id <> @id and other.role = 'administrator' and other.scope is null and other.enabled = 1))
