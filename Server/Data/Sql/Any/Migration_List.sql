-- What has been run. Rows: number, hash.
select number, hash from schema_migration order by number
