-- Work that is done by the clock, with when it is due next. Parameters: orgId, now. Rows: ScheduleRow. Index: device_poll_due, webhook_event_due, report_delivery_open, alert_mail_open; the others are few.
select 'poll' as kind, '' as name, min(k.next_due) as next_due, count(*) as number, coalesce(sum(case when k.next_due < @now then 1 else 0 end), 0) as overdue
from device_poll k
where k.monitored = 1 and k.org_id = @orgId
union all
select 'directory', d.name, case when d.automatic = 1 or d.wanted is not null then d.next_due end, 1, case when d.next_due < @now and (d.automatic = 1 or d.wanted is not null) then 1 else 0 end
from directory d
where d.org_id = @orgId and (d.automatic = 1 or d.wanted is not null or d.settings is not null)
union all
select 'webhook', w.name, (select min(e.next_due) from webhook_event e where e.webhook_id = w.id and e.state = 0),
       (select count(*) from webhook_event e where e.webhook_id = w.id and e.state = 0), (select count(*) from webhook_event e where e.webhook_id = w.id and e.state = 0 and e.next_due < @now)
from webhook w
where w.org_id = @orgId and w.enabled = 1 and w.paused_at is null
union all
select 'agent', a.name, a.due_at, (select count(*) from fleet_message m where m.agent_id = a.id), case when a.due_at < @now then 1 else 0 end
from fleet_agent a
where a.org_id = @orgId and a.due_at is not null
union all
select 'report', r.name, s.next_due, 1, case when s.next_due < @now then 1 else 0 end
from report_schedule s join saved_report r on r.id = s.report_id
where s.org_id = @orgId and s.enabled = 1
union all
select 'reportMail', '', min(d.next_try), count(*), coalesce(sum(case when d.next_try < @now then 1 else 0 end), 0)
from report_delivery d
where d.org_id = @orgId and d.state in (0, 1, 2)
having count(*) > 0
union all
select 'alertMail', '', min(m.next_try), count(*), coalesce(sum(case when m.next_try < @now then 1 else 0 end), 0)
from alert_mail m
where m.org_id = @orgId and m.state in (0, 1, 2)
having count(*) > 0
union all
select 'stage', p.version || ' ' || p.platform, min(o.changed_at + o.raise_hours * 3600000000), count(*), coalesce(sum(case when o.changed_at + o.raise_hours * 3600000000 < @now then 1 else 0 end), 0)
from fleet_rollout o join fleet_package p on p.id = o.package_id
where p.org_id = @orgId and p.whole = 1 and p.halted_at is null and o.raise_hours is not null and o.share < 100
group by p.id, p.version, p.platform
order by 1, 2
