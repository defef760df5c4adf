-- Forgets how often a person was refused. Parameters: orgId, subject (the id as text). Index: primary key.
delete from lockout where org_id = @orgId and kind = 'person' and name = @subject
