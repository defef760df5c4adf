-- One part of an archive. Parameters: id, part, body.
insert into fleet_package_part (package_id, part, body) values (@id, @part, @body)
