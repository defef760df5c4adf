-- Asks whichever server looks next for a run. Parameters: id, wanted (changes, full, dryRun), now. Index: primary key.
update directory set wanted = @wanted, next_due = @now where id = @id
