-- A set-up code makes an account of any role; scope: one kind=name a line, null for everything.
alter table setup_code add column role text not null default 'administrator';
alter table setup_code add column scope text;

-- Whoever has several roles has one at a time.
alter table web_session add column chosen text;
