-- Takes an address out of a schedule; one that is left without any rests. Parameters: id, recipients. Index: primary key.
update report_schedule set recipients = @recipients, enabled = case when @recipients = '' then 0 else enabled end where id = @id
