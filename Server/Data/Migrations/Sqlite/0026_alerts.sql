-- Alerts: rules, what they have raised, and the mails that tell people of it.

-- The clocks of a dealer, customer or site; null: those of whoever is above it, at last the installation's.
alter table fleet_node add column zone text;
-- What was told of agents and devices that nothing new comes of: 1 until they are heard of again.
alter table fleet_agent add column stale_told integer not null default 0;
alter table fleet_device add column stale_told integer not null default 0;

-- Whom a rule belongs to (owner_node_id, null: the organisation) bounds where it looks; node_id, device_id and site narrow that. which: kinds or colours of supplies, or errors, `;` between.
-- Times are minutes; quiet_days has bit 0 for Sunday.
create table alert_rule (
    id integer primary key,
    org_id integer not null references organisation (id),
    owner_node_id integer references fleet_node (id),
    name text not null,
    name_folded text not null,
    kind integer not null,
    severity integer not null,
    node_id integer references fleet_node (id),
    device_id integer references device (id),
    site text,
    percent integer,
    days integer,
    which text not null default '',
    after_minutes integer not null default 0,
    recipients text not null default '',
    language text not null default 'en',
    quiet_from integer not null default 0,
    quiet_to integer not null default 0,
    quiet_days integer not null default 0,
    repeat_minutes integer,
    escalate_minutes integer,
    escalate_to text not null default '',
    tell_resolved integer not null default 1,
    enabled integer not null default 1,
    created_at integer not null,
    updated_at integer not null
) strict;
create index alert_rule_org on alert_rule (org_id, name_folded);

-- One row for each time that a rule held at a thing (device:ID, device:ID/supply/INDEX, agent:ID). What people read of it is kept with it, so that it stays readable after its rule and its device.
-- state: 0 not yet long enough, 1 open, 2 over and its end to be told, 3 over. version guards against two who decide at once.
create table alert (
    id integer primary key,
    org_id integer not null,
    rule_id integer not null,
    owner_node_id integer,
    rule_name text not null,
    kind integer not null,
    severity integer not null,
    thing text not null,
    device_id integer,
    agent_id integer,
    node_id integer,
    site text,
    subject text not null,
    detail text not null,
    state integer not null,
    version integer not null default 0,
    since integer not null,
    seen_at integer not null,
    gone_since integer,
    raised_at integer,
    told integer not null default 0,
    told_at integer,
    escalated_at integer,
    noted_at integer,
    noted_by text,
    note text,
    resolved_at integer,
    events integer not null default 0
) strict;
create unique index alert_held on alert (rule_id, thing) where state in (0, 1);
create index alert_going on alert (state, id) where state in (0, 1, 2);
create index alert_device on alert (device_id) where state in (0, 1, 2);
create index alert_time on alert (org_id, raised_at) where raised_at is not null;
create index alert_resolved on alert (resolved_at) where resolved_at is not null;

-- Mails of one rule, at one look. state as report_delivery has it.
create table alert_mail (
    id integer primary key,
    org_id integer not null,
    rule_id integer not null,
    rule_name text not null,
    recipients text not null,
    language text not null,
    created_at integer not null,
    state integer not null,
    attempts integer not null default 0,
    next_try integer not null,
    claim_owner text,
    claim_until integer not null default 0,
    sent_at integer,
    message text
) strict;
create index alert_mail_open on alert_mail (next_try) where state in (0, 1, 2);
create index alert_mail_time on alert_mail (created_at);

-- What a mail tells: the number of a telling of an alert comes once, whatever nodes do.
create table alert_telling (
    alert_id integer not null references alert (id) on delete cascade,
    number integer not null,
    mail_id integer not null references alert_mail (id) on delete cascade,
    what integer not null,
    at integer not null,
    primary key (alert_id, number)
) strict, without rowid;
create index alert_telling_mail on alert_telling (mail_id);

-- Which events of the outbox were looked at, so that each counts once although their numbers may come late.
create table alert_event (
    event_id integer primary key,
    at integer not null
) strict;
create index alert_event_time on alert_event (at);

-- Who looks just now, and how far it has come: a pass goes over all devices by id, then begins anew.
create table alert_sweep (
    id integer primary key,
    claim_owner text,
    claim_until integer not null default 0,
    token integer not null default 0,
    after_device integer not null default 0,
    pass_began integer not null default 0,
    settled integer not null default 0,
    seen integer not null default 0,
    seen_at integer not null default 0
) strict;
insert into alert_sweep (id, settled, seen) select 1, coalesce(max(id), 0), coalesce(max(id), 0) from outbox;

-- Months whose meter reads of a customer were told to be ready. month as in usage_month.
create table fleet_ready (
    node_id integer not null references fleet_node (id),
    month integer not null,
    at integer not null,
    primary key (node_id, month)
) strict, without rowid;

create index fleet_device_told on fleet_device (stale_told) where stale_told = 1;
