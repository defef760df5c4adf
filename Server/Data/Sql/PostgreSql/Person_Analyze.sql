-- Tells the planner how large the tables of people have become. Parameters: none. Index: none.
analyze person, person_group, card, pin
