-- Forgets old messages; alerts are kept longer, because people read them, and none that webhooks may still have to be told. Parameters: before, alertsBefore. Rows: none. Index: outbox_time.
delete from outbox
where at < @before and (topic <> 'alert' or at < @alertsBefore)
  and (topic not in ('session.settled', 'alert', 'supply.low', 'alert.raised', 'alert.resolved', 'alert.noted', 'agent.stale', 'device.stale', 'meterReads.ready') or id <= (select settled from webhook_mark where id = 1))
