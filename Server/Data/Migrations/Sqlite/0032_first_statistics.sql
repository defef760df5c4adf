-- Without statistics the planner takes a primary key by its first column, which of a device's entries finds all of them, rather than an index by time and device. What is there is counted;
-- a table that is still empty gets the figures of a site with some hundred devices, until it is counted itself.
pragma analysis_limit = 1000;
analyze;
delete from sqlite_stat1 where stat like '0 %';
create temporary table first_statistics (tbl text not null, idx text, stat text not null);
insert into first_statistics (tbl, idx, stat) values
    ('entry', 'entry', '1000000 2000 1 1'),
    ('entry', 'entry_time', '1000000 4 4 1'),
    ('entry', 'entry_person', '800000 400 4'),
    ('entry', 'entry_session', '800000 8'),
    ('entry', 'entry_offline', '20000 40 4 1'),
    ('reading', 'reading', '800000 1600 1 1'),
    ('reading', 'reading_time', '800000 1600 1'),
    ('session', 'session_time', '150000 1 1'),
    ('session', 'session_device', '150000 300 1'),
    ('session', 'session_person', '150000 75 1'),
    ('session', 'session_live', '50 13 1'),
    ('session', 'session_open', '50 1'),
    ('login_attempt', 'login_attempt_time', '200000 1'),
    ('outbox', 'outbox_time', '100000 1');
insert into sqlite_stat1 (tbl, idx, stat)
select f.tbl, f.idx, f.stat from first_statistics f where not exists (select 1 from sqlite_stat1 s where s.tbl = f.tbl);
drop table first_statistics;
analyze sqlite_schema;
