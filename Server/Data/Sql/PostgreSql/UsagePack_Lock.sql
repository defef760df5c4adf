-- Lets nobody else pack until the transaction ends, so that what one node packed is not replaced by what another one saw earlier.
select pg_advisory_xact_lock(7301204411)
