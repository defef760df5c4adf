-- Gives back what a session or job has set aside. Parameters: holder. Index: quota_hold_holder.
delete from quota_hold where holder = @holder
