-- Stages of a package go. Parameters: id. Index: primary key.
delete from fleet_rollout where package_id = @id
