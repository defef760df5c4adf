-- Lets nobody else pack until the transaction ends: here there is one writer anyway.
select 1
