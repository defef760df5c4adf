-- Takes back set-up codes that were not used.
delete from setup_code where used_at is null
