-- Alerts: rules, what they have raised, and the mails that tell people of it.

-- The clocks of a dealer, customer or site; null: those of whoever is above it, at last the installation's.
alter table fleet_node add column zone text collate "C";
-- What was told of agents and devices that nothing new comes of: 1 until they are heard of again.
alter table fleet_agent add column stale_told smallint not null default 0;
alter table fleet_device add column stale_told smallint not null default 0;

-- Whom a rule belongs to (owner_node_id, null: the organisation) bounds where it looks; node_id, device_id and site narrow that. which: kinds or colours of supplies, or errors, `;` between.
-- Times are minutes; quiet_days has bit 0 for Sunday.
create table alert_rule (
    id bigint primary key,
    org_id bigint not null references organisation (id),
    owner_node_id bigint references fleet_node (id),
    name text not null,
    name_folded text collate "C" not null,
    kind smallint not null,
    severity smallint not null,
    node_id bigint references fleet_node (id),
    device_id bigint references device (id),
    site text,
    percent integer,
    days integer,
    which text not null default '',
    after_minutes integer not null default 0,
    recipients text not null default '',
    language text collate "C" not null default 'en',
    quiet_from integer not null default 0,
    quiet_to integer not null default 0,
    quiet_days integer not null default 0,
    repeat_minutes integer,
    escalate_minutes integer,
    escalate_to text not null default '',
    tell_resolved smallint not null default 1,
    enabled smallint not null default 1,
    created_at bigint not null,
    updated_at bigint not null
);
create index alert_rule_org on alert_rule (org_id, name_folded);

-- One row for each time that a rule held at a thing (device:ID, device:ID/supply/INDEX, agent:ID). What people read of it is kept with it, so that it stays readable after its rule and its device.
-- state: 0 not yet long enough, 1 open, 2 over and its end to be told, 3 over. version guards against two who decide at once.
create table alert (
    id bigint primary key,
    org_id bigint not null,
    rule_id bigint not null,
    owner_node_id bigint,
    rule_name text not null,
    kind smallint not null,
    severity smallint not null,
    thing text collate "C" not null,
    device_id bigint,
    agent_id bigint,
    node_id bigint,
    site text,
    subject text not null,
    detail text not null,
    state smallint not null,
    version bigint not null default 0,
    since bigint not null,
    seen_at bigint not null,
    gone_since bigint,
    raised_at bigint,
    told integer not null default 0,
    told_at bigint,
    escalated_at bigint,
    noted_at bigint,
    noted_by text,
    note text,
    resolved_at bigint,
    events integer not null default 0
);
create unique index alert_held on alert (rule_id, thing) where state in (0, 1);
create index alert_going on alert (state, id) where state in (0, 1, 2);
create index alert_device on alert (device_id) where state in (0, 1, 2);
create index alert_time on alert (org_id, raised_at) where raised_at is not null;
create index alert_resolved on alert (resolved_at) where resolved_at is not null;

-- Mails of one rule, at one look. state as report_delivery has it.
create table alert_mail (
    id bigint primary key,
    org_id bigint not null,
    rule_id bigint not null,
    rule_name text not null,
    recipients text not null,
    language text collate "C" not null,
    created_at bigint not null,
    state smallint not null,
    attempts integer not null default 0,
    next_try bigint not null,
    claim_owner text collate "C",
    claim_until bigint not null default 0,
    sent_at bigint,
    message text
);
create index alert_mail_open on alert_mail (next_try) where state in (0, 1, 2);
create index alert_mail_time on alert_mail (created_at);

-- What a mail tells: the number of a telling of an alert comes once, whatever nodes do.
create table alert_telling (
    alert_id bigint not null references alert (id) on delete cascade,
    number integer not null,
    mail_id bigint not null references alert_mail (id) on delete cascade,
    what smallint not null,
    at bigint not null,
    primary key (alert_id, number)
);
create index alert_telling_mail on alert_telling (mail_id);

-- Which events of the outbox were looked at, so that each counts once although their numbers may come late.
create table alert_event (
    event_id bigint primary key,
    at bigint not null
);
create index alert_event_time on alert_event (at);

-- Who looks just now, and how far it has come: a pass goes over all devices by id, then begins anew.
create table alert_sweep (
    id bigint primary key,
    claim_owner text collate "C",
    claim_until bigint not null default 0,
    token bigint not null default 0,
    after_device bigint not null default 0,
    pass_began bigint not null default 0,
    settled bigint not null default 0,
    seen bigint not null default 0,
    seen_at bigint not null default 0
);
insert into alert_sweep (id, settled, seen) select 1, coalesce(max(id), 0), coalesce(max(id), 0) from outbox;

-- Months whose meter reads of a customer were told to be ready. month as in usage_month.
create table fleet_ready (
    node_id bigint not null references fleet_node (id),
    month integer not null,
    at bigint not null,
    primary key (node_id, month)
);

create index fleet_device_told on fleet_device (stale_told) where stale_told = 1;
