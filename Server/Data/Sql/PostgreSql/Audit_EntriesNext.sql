-- The next entries of the cursor. Parameters: none. Rows: as Audit_Entries, none at the end.
fetch forward 2000 from audit_entries
