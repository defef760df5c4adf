-- Tells the planner how large the tables have become: plans made while they were empty read them whole. Parameters: none. Index: none.
analyze person, person_group, card, directory_person, directory_group, directory_members
