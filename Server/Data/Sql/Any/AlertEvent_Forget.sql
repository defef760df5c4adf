-- Forgets marks that the settled number covers. Parameters: settled. Index: primary key.
delete from alert_event where event_id <= @settled
