-- Makes the table of migrations, one node at a time: the lock (an arbitrary number) lasts until the transaction ends.
select pg_advisory_xact_lock(7433180025814);
create table if not exists schema_migration (number bigint primary key, name text not null, hash text not null, applied_at bigint not null)
