-- The audit log is looked at by who and by what, and only ever grows: a row is never changed, and goes only when its time of keeping is over.
create index audit_log_subject on audit_log (subject, id);
create index audit_log_actor on audit_log (actor, id);
create trigger audit_log_only_grows before update on audit_log begin select raise(abort, 'the audit log only grows'); end;
