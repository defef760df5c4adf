-- What makes meters of some devices doubtful in a period: readings that were rejected and entries that are only estimated. Parameters: ids (not empty), from, to. Rows: one for each device. Index: reading_rejected, entry_doubtful.
select d.id as device_id,
       (select count(*) from reading r where r.device_id = d.id and r.at >= @from and r.at < @to and r.status = 2) as rejected,
       (select count(*) from entry e where e.device_id = d.id and e.at >= @from and e.at < @to and e.cause in (7, 8, 11)) as doubtful
from unnest(@ids) as d (id)
