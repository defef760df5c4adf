-- Whether anybody is there yet. Parameters: directoryId, orgId. Rows: links, people, cards, each 0 or 1. Index: primary key, unique keys.
select case when exists (select 1 from directory_person where directory_id = @directoryId) then 1 else 0 end as links,
       case when exists (select 1 from person where org_id = @orgId) then 1 else 0 end as people,
       case when exists (select 1 from card where org_id = @orgId) then 1 else 0 end as cards
