-- As Entry_SumByCause for one device. Parameters and rows: as there. Index: primary key (device_id, …).
select device_id, epoch, counter, cause, case when person_id is null and session_id is null then 0 else 1 end as owned, sum(delta) as delta
from entry
where device_id = @deviceId and at >= @from and at < @to and org_id = @orgId
group by 1, 2, 3, 4, 5
