-- Costs stay with the entries that they were booked with. Null: booked before, at the prices of the configuration.
alter table entry add column cost_micros bigint;

-- Price lists: money in millionths of the currency. devices, sites and groups are names, `;` between, null where the list holds for all.
create table price_list (
    id bigint primary key,
    org_id bigint not null references organisation (id),
    name text not null,
    name_folded text collate "C" not null,
    valid_from bigint not null,
    valid_until bigint,
    mono bigint not null,
    color bigint not null,
    large_surcharge bigint not null,
    sheet bigint not null,
    scan bigint not null,
    fax bigint not null,
    devices text,
    sites text,
    groups text,
    updated_at bigint not null,
    unique (org_id, name_folded)
);

-- Limits of what may be spent. kind: 0 person, 1 department, 2 project. subject: the person's or project's id as text, the department as it is written.
-- period: 0 for ever, 1 day, 2 month, 3 year. soft warns, hard refuses copies; null: none. extra is added to both, for credit paid in.
create table quota (
    id bigint primary key,
    org_id bigint not null references organisation (id),
    kind smallint not null,
    subject text collate "C" not null,
    period smallint not null,
    soft_micros bigint,
    hard_micros bigint,
    extra_micros bigint not null default 0,
    updated_at bigint not null,
    unique (org_id, kind, subject)
);

create index usage_day_project on usage_day (project_id, day) where project_id <> 0;
create index person_department on person (org_id, department) where department is not null;

-- What happens at the panel when a hard limit is used up in the middle of a session: 0 the job ends and the next login is refused, 1 the panel is locked.
alter table device add column locks_at_zero smallint not null default 0;
