-- Records a migration. Parameters: number, name, hash, at.
insert into schema_migration (number, name, hash, applied_at) values (@number, @name, @hash, @at)
