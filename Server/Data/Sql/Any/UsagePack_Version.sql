-- Notes that the packs of a day were made anew: its version becomes one above all of the organisation. Parameters: orgId, day. Index: primary key. Only under UsagePack_Lock.
insert into usage_packed (org_id, day, version)
values (@orgId, @day, (select coalesce(max(v.version), 0) + 1 from usage_packed v where v.org_id = @orgId))
on conflict (org_id, day) do update set version = excluded.version
