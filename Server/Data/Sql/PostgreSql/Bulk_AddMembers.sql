-- Tells which groups name members, a bucket at a time that nobody knew. Parameters: rows of these columns, copied (SQLite: one row at a time). Index: primary key.
copy directory_members (generation, bucket, members)
from stdin (format binary)
