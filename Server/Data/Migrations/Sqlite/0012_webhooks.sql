-- Webhooks: who is told of events, what is still to be sent, and each try. secret_sealed and previous_sealed are AES-GCM under a key of the secrets folder.
create table webhook (
    id integer primary key,
    org_id integer not null references organisation (id),
    name text not null,
    name_folded text not null,
    address text not null,
    events text not null,
    user_names integer not null default 0,
    enabled integer not null default 1,
    secret_sealed blob not null,
    previous_sealed blob,
    previous_until integer,
    from_event integer not null,
    failures integer not null default 0,
    failing_since integer,
    paused_at integer,
    paused_reason text,
    next_due integer not null default 0,
    claim_owner text,
    claim_until integer not null default 0,
    created_at integer not null,
    updated_at integer not null,
    unique (org_id, name_folded)
) strict;

-- One event for one webhook. state: 0 waits, 1 delivered, 2 given up. event_id is the outbox's number.
create table webhook_event (
    webhook_id integer not null references webhook (id) on delete cascade,
    event_id integer not null,
    kind text not null,
    at integer not null,
    device_id integer,
    payload text not null,
    state integer not null default 0,
    tries integer not null default 0,
    next_due integer not null,
    created_at integer not null,
    ended_at integer,
    primary key (webhook_id, event_id)
) strict;
create index webhook_event_due on webhook_event (webhook_id, next_due) where state = 0;
create index webhook_event_of on webhook_event (event_id);
create index webhook_event_time on webhook_event (created_at);

create table webhook_try (
    webhook_id integer not null,
    event_id integer not null,
    number integer not null,
    at integer not null,
    took_ms integer not null,
    status integer,
    cause text,
    primary key (webhook_id, event_id, number),
    foreign key (webhook_id, event_id) references webhook_event (webhook_id, event_id) on delete cascade
) strict;

-- How far the outbox was spread: all up to settled for certain, seen at seen_at.
create table webhook_mark (
    id integer primary key check (id = 1),
    settled integer not null,
    seen integer not null,
    seen_at integer not null
) strict;
insert into webhook_mark (id, settled, seen, seen_at) select 1, coalesce(max(id), 0), coalesce(max(id), 0), 0 from outbox;
