-- Gives back what sessions that have settled, and jobs whose receipts are booked, had set aside. Parameters: array of holders. Index: quota_hold_holder.
delete from quota_hold where holder = any($1)
