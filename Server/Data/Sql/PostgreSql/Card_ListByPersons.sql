-- Cards of people. Parameters: ids. Rows: CardRow. Index: primary key.
select id, org_id, person_id, key_id, hash, suffix, added_by, added_at from card where person_id = any(@ids) order by person_id, id
