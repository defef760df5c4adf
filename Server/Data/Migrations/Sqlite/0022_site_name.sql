-- The name of the installation as people read it on pages. organisation.name stays the key of imports.
alter table organisation add column title text;
