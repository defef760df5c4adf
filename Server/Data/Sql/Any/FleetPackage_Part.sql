-- One part of an archive. Parameters: id, part. Index: primary key.
select body from fleet_package_part where package_id = @id and part = @part
