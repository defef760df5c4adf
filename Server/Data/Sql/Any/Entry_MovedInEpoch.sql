-- How far each counter of an epoch moved in a span of time, as it was posted: a counter that came round counts on. Parameters: deviceId, epoch, from, to. Rows: counter, delta. Index: primary key (device_id, …). It reads the device whole and is asked only for sets with counters of few digits.
select counter, cast(sum(delta) as bigint) as delta
from entry
where device_id = @deviceId and epoch = @epoch and at >= @from and at < @to
group by counter
