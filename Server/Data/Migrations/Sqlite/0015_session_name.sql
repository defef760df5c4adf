-- Which of a person's names was verified when a session of the web began, as a hash: the secret asked for again is that name's.
alter table web_session add column name_key text;
