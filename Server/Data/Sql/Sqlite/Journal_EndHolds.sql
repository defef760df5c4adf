-- Gives back what a session that has settled, or a job whose receipt is booked, had set aside. Parameters: holder. Index: quota_hold_holder.
delete from quota_hold where holder = @holder
