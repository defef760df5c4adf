-- Appends a row of the audit log. Parameters: members of AuditRow. Index: primary key.
insert into audit_log (id, at, org_id, actor, action, subject, before_value, after_value)
values (@Id, @At, @OrgId, @Actor, @Action, @Subject, @BeforeValue, @AfterValue)
