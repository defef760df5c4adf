-- Moves a schedule on, unless another node did. Parameters: id, due (as it was read), nextDue. Index: primary key.
update report_schedule set next_due = @nextDue where id = @id and next_due = @due
