-- Nothing to do here: this database compresses no documents.
select 1;
