-- The update of the server that is under way or was last. Rows: ServerUpdateRow, one. Index: primary key.
select version, ordered_by, ordered_at, halted, claim_owner from server_update where id = 1
