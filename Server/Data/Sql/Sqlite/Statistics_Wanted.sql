-- What SQLite would count: tables that grew or shrank tenfold since they were counted, or never were. Parameters: none. Rows: statements. Index: none.
pragma optimize = 0x10003
