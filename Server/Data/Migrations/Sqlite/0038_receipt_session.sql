-- Receipts of a session, for the page that tells where its pages come from.
create index receipt_session on receipt (session_id) where session_id is not null;
