-- One terminal. Parameters: terminalId. Rows: TerminalState, at most one. Index: primary key.
select id as terminal_id, case when revoked_at is null then 0 else 1 end as revoked from terminal where id = @terminalId
