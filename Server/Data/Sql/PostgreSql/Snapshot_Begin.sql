-- Opens a transaction in which every read sees the same state. Parameters: none. Rows: none.
begin isolation level repeatable read read only
