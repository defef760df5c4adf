-- Makes the next looks of this transaction short: a tenth of the rows tells large from small. Parameters: none. Index: none.
set local default_statistics_target = 10
