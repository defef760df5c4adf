-- The one update of the server that is under way or was last, for all nodes: one node after the other takes its turn (claim), and the next one only when the one before has told that it is ready.
-- ordered_by: who asked for it; null where it began by itself. halted: why no other node begins, until somebody asks for it again.
create table server_update (
    id bigint primary key,
    version text collate "C",
    ordered_by text,
    ordered_at bigint,
    halted text,
    claim_owner text collate "C",
    claim_until bigint not null default 0,
    token bigint not null default 0
);
insert into server_update (id) values (1);
