-- Counts tables that grew or shrank tenfold since they were counted, or never were, by some hundred rows of each index. Parameters: none. Index: none.
pragma optimize = 0x10002
