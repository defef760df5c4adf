-- Ends a reading transaction. Parameters: none. Rows: none.
rollback
