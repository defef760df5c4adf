-- Tells whether an uploaded offline login is booked already. Parameters: terminalId, localId. Rows: one number. Index: primary key.
select count(*) from offline_upload where terminal_id = @terminalId and local_id = @localId
