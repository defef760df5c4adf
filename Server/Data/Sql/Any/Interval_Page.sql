-- Readings of a device, newest first, each with what became of it. Parameters: deviceId, from, to, at and seq (the position), status (null: all), confidence, cause and evidence (a pattern; each null: all;
-- with one of them only readings that end an interval with such an entry), moved (1: only those that end an interval with an entry, and those of status rejected), rejected, limit. Rows: ReadingRow. Index: reading_time, entry_time.
select r.device_id, r.seq, r.epoch, r.status, r.trigger, r.at, r.confirmed_at, r.boot, r.uptime, r.token, r.serial, r.meters
from reading r
where r.device_id = @deviceId and r.at >= @from and r.at < @to and (r.at < @at or (r.at = @at and r.seq < @seq))
  and (cast(@status as bigint) is null or r.status = @status)
  and (@moved = 0 or r.status = @rejected or exists (select 1 from entry m where m.at = r.at and m.device_id = r.device_id and m.interval_seq = r.seq))
  and ((cast(@confidence as bigint) is null and cast(@cause as bigint) is null and cast(@evidence as text) is null) or exists (
      select 1 from entry e
      where e.at = r.at and e.device_id = r.device_id and e.interval_seq = r.seq
        and (cast(@confidence as bigint) is null or e.confidence = @confidence)
        and (cast(@cause as bigint) is null or e.cause = @cause)
        and (cast(@evidence as text) is null or e.evidence like @evidence escape '\')))
order by r.at desc, r.seq desc
limit @limit
