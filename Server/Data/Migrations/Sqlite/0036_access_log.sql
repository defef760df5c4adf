-- Lines of a terminal, and lines of what is not the rule, newest first by their ids.
drop index access_log_terminal;
create index access_log_terminal on access_log (terminal_id, id);
create index access_log_outcome on access_log (outcome, id) where outcome not in ('granted', 'loggedOut');
