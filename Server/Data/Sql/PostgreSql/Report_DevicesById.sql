-- Devices by id, as reports name them. Parameters: ids. Rows: id, name, location, site. Index: primary key.
select id, name, location, site from device where id = any(@ids)
