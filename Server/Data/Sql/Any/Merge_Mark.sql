-- Marks a person as merged, and whoever was merged into them before. Parameters: from, into, department, costCentre, now. Index: primary key, person_merged.
update person set merged_into = @into, enabled = 0, principal = null, department = @department, cost_centre = @costCentre, updated_at = @now where id = @from or merged_into = @from
