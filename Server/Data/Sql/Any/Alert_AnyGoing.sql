-- Whether any alert is not over. No parameters. Rows: one, 0 or 1. Index: alert_going.
select count(*) from (select id from alert where state in (0, 1, 2) limit 1) g
