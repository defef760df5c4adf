-- Cards of people. Parameters: ids (not empty). Rows: CardRow. Index: card_person.
select id, org_id, person_id, key_id, hash, suffix, added_by, added_at from card where person_id in @ids order by person_id, id
