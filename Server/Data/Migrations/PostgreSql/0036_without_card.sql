-- Whether a person has a card, so that the few without one among many are found by an index. Triggers keep it, because cards come and go by pages, files, directories, provisioning,
-- merging, erasure and cascades. They work by statement, which is what bulk writes need, and by the primary key alone: a plan that was made while the table was small lives on.
-- Who takes a card away locks its person first: of two who take the last two cards at once, the second sees what the first did. A mark of none beside a card just given may remain,
-- so whoever reads asks for cards too; a mark of a card where there is none can't.
alter table person add column carded smallint not null default 0;
update person p set carded = 1 where exists (select 1 from card c where c.person_id = p.id);
create index person_no_card on person (org_id, user_folded) where carded = 0 and merged_into is null;
create function card_added() returns trigger language plpgsql set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as '
begin
    update person p set carded = 1 from added a where p.id = a.person_id and p.carded = 0;
    return null;
end';
create function card_removed() returns trigger language plpgsql set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as '
begin
    perform 1 from person p where p.id in (select r.person_id from removed r) order by p.id for no key update;
    update person p set carded = 0 where p.id in (select r.person_id from removed r) and p.carded = 1 and not exists (select 1 from card c where c.person_id = p.id);
    return null;
end';
create function card_moved() returns trigger language plpgsql as '
begin
    perform 1 from person p where p.id in (old.person_id, new.person_id) order by p.id for no key update;
    update person p set carded = 1 where p.id = new.person_id and p.carded = 0;
    update person p set carded = 0 where p.id = old.person_id and not exists (select 1 from card c where c.person_id = p.id);
    return null;
end';
create trigger card_added after insert on card referencing new table as added for each statement execute function card_added();
create trigger card_removed after delete on card referencing old table as removed for each statement execute function card_removed();
create trigger card_moved after update of person_id on card for each row when (new.person_id <> old.person_id) execute function card_moved();

-- Lines of a terminal, and lines of what is not the rule, newest first by their ids.
drop index access_log_terminal;
create index access_log_terminal on access_log (terminal_id, id);
create index access_log_outcome on access_log (outcome, id) where outcome not in ('granted', 'loggedOut');
