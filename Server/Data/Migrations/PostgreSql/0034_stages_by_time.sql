-- A stage may be raised by itself, step by step, each after so many hours without a failure. Null: by hand alone.
alter table fleet_rollout add column raise_hours bigint;
