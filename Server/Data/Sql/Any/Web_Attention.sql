-- What waits for an administrator beside devices and terminals, each counted up to a bound: requests for names that were asked since then, mails of reports and alerts that were given up or are in doubt,
-- cards that nobody has, receipts that contradict another, agents without news, alerts that nobody has taken note of. Parameters: orgId, namesSince, mailsSince, cardsSince, conflictsSince, newsBefore, bound.
-- Rows: Attention, one. Index: name_request_org, report_delivery_time, alert_mail_time, access_log_unknown_time, alert_going; one pass over receipt_conflict and fleet_agent, which are small.
select (select count(*) from name_request where org_id = @orgId and decided_at is null and asked_at > @namesSince) as names,
       (select count(*) from report_delivery where org_id = @orgId and due_at >= @mailsSince and state in (4, 5)) as report_mails,
       (select count(*) from alert_mail where org_id = @orgId and created_at >= @mailsSince and state in (4, 5)) as alert_mails,
       (select count(*) from (select distinct l.card_key, l.card_hash from access_log l where l.card_hash is not null and l.at >= @cardsSince
          and not exists (select 1 from card c where c.org_id = @orgId and c.key_id = l.card_key and c.hash = l.card_hash) limit @bound) u) as cards,
       (select count(*) from (select 1 as one from receipt_conflict c where c.received_at >= @conflictsSince limit @bound) r) as conflicts,
       (select count(*) from fleet_agent where org_id = @orgId and enrolled_at is not null and revoked_at is null and coalesce(last_new_at, enrolled_at) < @newsBefore) as agents,
       (select count(*) from alert where org_id = @orgId and state in (0, 1, 2) and state = 1 and noted_at is null) as raised
