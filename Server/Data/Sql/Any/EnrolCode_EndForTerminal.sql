-- Takes back a terminal's enrolment code. Parameters: id. Index: primary key.
delete from enrol_code where terminal_id = @id
