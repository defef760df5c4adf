-- The document of a device with many counters is longer than what a row holds uncompressed. It is written with each reading: lz4 costs a tenth of PostgreSQL's own way. A server that was
-- built without it goes on as before; documents that are there stay as they are.
do $$
begin
    alter table device_state alter column state set compression lz4;
exception
    when feature_not_supported or invalid_parameter_value then
        raise notice 'this PostgreSQL has no lz4';
end
$$;
