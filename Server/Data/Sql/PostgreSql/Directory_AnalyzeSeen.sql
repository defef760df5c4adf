-- Tells the planner how much a run has seen: the table is empty at its start. Parameters: none. Index: none.
analyze directory_seen
