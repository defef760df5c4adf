-- Keeps the settings of an entered directory with its mapping; with automatic 0 it rests until a run is asked for. Parameters: id, name, settings, settingsAt, mapping, automatic (null leaves it). Index: primary key.
update directory set name = @name, settings = @settings, settings_at = @settingsAt, mapping = @mapping, automatic = coalesce(@automatic, automatic) where id = @id
