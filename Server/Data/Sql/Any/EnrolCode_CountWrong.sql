-- Counts a wrong try, unless a newer code has come meanwhile. Parameters: terminalId, Hash (of the stored code). Index: primary key.
update enrol_code set wrong_tries = wrong_tries + 1 where terminal_id = @terminalId and hash = @Hash
