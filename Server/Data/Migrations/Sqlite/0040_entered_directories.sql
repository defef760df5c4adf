-- Directories that are entered on the page or by REST: their settings as JSON of texts, as the configuration file has them, and since when they stand so. Null: of the file, or removed.
alter table directory add column settings text;
alter table directory add column settings_at integer;
