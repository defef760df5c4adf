-- Keeps offline logins that are booked; refuses one that is kept already. Parameters: one array for each column, in this order. Index: primary key.
insert into offline_upload (terminal_id, local_id, at, person_id, session_id, outcome, content)
select t, l, a, p, s, 0, c from unnest($1, $2, $3, $4, $5, $6) as u (t, l, a, p, s, c)
