-- All terminals. Rows: TerminalState.
select id as terminal_id, case when revoked_at is null then 0 else 1 end as revoked from terminal
