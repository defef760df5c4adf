-- A node that took its turn and never told how it ended halts the update for the others. Parameters: none. Index: primary key.
update server_update set halted = claim_owner || ' did not report', claim_owner = null where id = 1 and claim_owner is not null and claim_until < cast(unixepoch('subsec') * 1000000 as integer)
