-- What makes a meter doubtful in a period: readings that were rejected and entries that are only estimated. Parameters: deviceId, from, to. Rows: one. Index: reading_time.
select (select count(*) from reading r where r.device_id = @deviceId and r.at >= @from and r.at < @to and r.status = 2) as rejected,
       (select count(*) from entry e where e.device_id = @deviceId and e.at >= @from and e.at < @to and e.cause in (7, 8, 11)) as doubtful
