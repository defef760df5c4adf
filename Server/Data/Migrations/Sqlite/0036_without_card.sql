-- Whether a person has a card, so that the few without one among many are found by an index. Triggers keep it, because cards come and go by pages, files, directories, provisioning,
-- merging, erasure and cascades.
alter table person add column carded integer not null default 0;
update person set carded = 1 where id in (select person_id from card);
create index person_no_card on person (org_id, user_folded) where carded = 0 and merged_into is null;
create trigger card_added after insert on card begin
    update person set carded = 1 where id = new.person_id and carded = 0;
end;
create trigger card_removed after delete on card begin
    update person set carded = 0 where id = old.person_id and not exists (select 1 from card where person_id = old.person_id);
end;
create trigger card_moved after update of person_id on card when new.person_id <> old.person_id begin
    update person set carded = 1 where id = new.person_id and carded = 0;
    update person set carded = 0 where id = old.person_id and not exists (select 1 from card where person_id = old.person_id);
end;

-- Lines of a terminal, and lines of what is not the rule, newest first by their ids.
drop index access_log_terminal;
create index access_log_terminal on access_log (terminal_id, id);
create index access_log_outcome on access_log (outcome, id) where outcome not in ('granted', 'loggedOut');
