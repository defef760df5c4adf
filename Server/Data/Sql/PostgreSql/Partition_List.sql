-- Names of the partitions of readings and entries. Rows: name.
select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid where i.inhparent in ('reading'::regclass, 'entry'::regclass)
