-- Nothing is sent to the receiver before. Parameters: id, due. Rows: none. Index: primary key.
update webhook set next_due = @due where id = @id
