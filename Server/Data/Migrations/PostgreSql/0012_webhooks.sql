-- Webhooks: who is told of events, what is still to be sent, and each try. secret_sealed and previous_sealed are AES-GCM under a key of the secrets folder.
create table webhook (
    id bigint primary key,
    org_id bigint not null references organisation (id),
    name text collate "C" not null,
    name_folded text collate "C" not null,
    address text collate "C" not null,
    events text collate "C" not null,
    user_names bigint not null default 0,
    enabled bigint not null default 1,
    secret_sealed bytea not null,
    previous_sealed bytea,
    previous_until bigint,
    from_event bigint not null,
    failures bigint not null default 0,
    failing_since bigint,
    paused_at bigint,
    paused_reason text collate "C",
    next_due bigint not null default 0,
    claim_owner text collate "C",
    claim_until bigint not null default 0,
    created_at bigint not null,
    updated_at bigint not null,
    unique (org_id, name_folded)
);

-- One event for one webhook. state: 0 waits, 1 delivered, 2 given up. event_id is the outbox's number.
create table webhook_event (
    webhook_id bigint not null references webhook (id) on delete cascade,
    event_id bigint not null,
    kind text collate "C" not null,
    at bigint not null,
    device_id bigint,
    payload text collate "C" not null,
    state bigint not null default 0,
    tries bigint not null default 0,
    next_due bigint not null,
    created_at bigint not null,
    ended_at bigint,
    primary key (webhook_id, event_id)
);
create index webhook_event_due on webhook_event (webhook_id, next_due) where state = 0;
create index webhook_event_of on webhook_event (event_id);
create index webhook_event_time on webhook_event (created_at);

create table webhook_try (
    webhook_id bigint not null,
    event_id bigint not null,
    number bigint not null,
    at bigint not null,
    took_ms bigint not null,
    status bigint,
    cause text collate "C",
    primary key (webhook_id, event_id, number),
    foreign key (webhook_id, event_id) references webhook_event (webhook_id, event_id) on delete cascade
);

-- How far the outbox was spread: all up to settled for certain, seen at seen_at.
create table webhook_mark (
    id bigint primary key check (id = 1),
    settled bigint not null,
    seen bigint not null,
    seen_at bigint not null
);
insert into webhook_mark (id, settled, seen, seen_at) select 1, coalesce(max(id), 0), coalesce(max(id), 0), 0 from outbox;
