-- Reports that people keep, and those that are mailed. owner is whoever made it, as the audit log names them; address is the query of the report's page, role what the owner saw with.
create table saved_report (
    id bigint primary key,
    org_id bigint not null references organisation (id),
    owner text collate "C" not null,
    name text not null,
    name_folded text collate "C" not null,
    address text not null,
    shared smallint not null,
    created_at bigint not null,
    updated_at bigint not null,
    unique (org_id, owner, name_folded)
);

create table report_schedule (
    id bigint primary key,
    org_id bigint not null,
    report_id bigint not null references saved_report (id) on delete cascade,
    owner text collate "C" not null,
    role text not null,
    recipients text not null,
    formats text not null,
    timing text not null,
    zone text not null,
    language text not null,
    enabled smallint not null,
    next_due bigint not null,
    created_at bigint not null
);
create index report_schedule_due on report_schedule (next_due) where enabled = 1;
create index report_schedule_report on report_schedule (report_id);

-- One row for each due run: the unique key lets no run be made twice, whatever nodes do.
create table report_delivery (
    id bigint primary key,
    org_id bigint not null,
    schedule_id bigint not null references report_schedule (id) on delete cascade,
    report_name text not null,
    owner text collate "C" not null,
    due_at bigint not null,
    state smallint not null,
    attempts integer not null default 0,
    next_try bigint not null,
    claim_owner text,
    claim_until bigint not null default 0,
    sent_at bigint,
    message text,
    unique (schedule_id, due_at)
);
create index report_delivery_open on report_delivery (next_try) where state in (0, 1, 2);
create index report_delivery_time on report_delivery (org_id, due_at);
