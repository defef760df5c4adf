-- All that is known of the sizes of tables, in one text that is another one when something was learned. Parameters: none. Rows: one text. Index: none.
select group_concat(tbl || ' ' || coalesce(idx, '') || ' ' || stat, ';') from (select tbl, idx, stat from sqlite_stat1 order by tbl, idx)
