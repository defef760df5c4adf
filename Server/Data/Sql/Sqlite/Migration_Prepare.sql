-- Makes the table of migrations. The writer's BEGIN IMMEDIATE already keeps other processes out.
create table if not exists schema_migration (number integer primary key, name text not null, hash text not null, applied_at integer not null) strict
