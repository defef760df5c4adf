-- Switches a web account on or off, but never off the last enabled administrator. Parameters: id, orgId, enabled, now. Index: primary key.
update web_account set enabled = @enabled, updated_at = @now
where id = @id and org_id = @orgId and enabled <> @enabled
  and (@enabled = 1 or exists (select 1 from web_account other where other.org_id = @orgId and other.id <> @id and other.role = 'administrator' and other.scope is null and other.enabled = 1))
