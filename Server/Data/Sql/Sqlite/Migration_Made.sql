-- Whether a database of ours is there. Rows: 1 when it has the table of migrations, else 0.
select count(*) from sqlite_master where type = 'table' and name = 'schema_migration'
