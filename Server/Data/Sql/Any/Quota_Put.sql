-- Sets a limit. Parameters: id (of a new one), orgId, kind, subject, period, soft, hard, extra, now. Index: unique (org_id, kind, subject).
insert into quota (id, org_id, kind, subject, period, soft_micros, hard_micros, extra_micros, updated_at)
values (@id, @orgId, @kind, @subject, @period, @soft, @hard, @extra, @now)
on conflict (org_id, kind, subject) do update set period = excluded.period, soft_micros = excluded.soft_micros, hard_micros = excluded.hard_micros,
    extra_micros = excluded.extra_micros, updated_at = excluded.updated_at
