-- Whether a database of ours is there. Rows: 1 when it has the table of migrations, else 0.
select count(*) from pg_class where oid = to_regclass('schema_migration')
