-- A terminal's code. Parameters: terminalId. Rows: EnrolCodeRow, at most one. Index: primary key.
select hash, expires_at, cast(wrong_tries as bigint) as wrong_tries, used_at, used_key_hash, certificate from enrol_code where terminal_id = @terminalId
