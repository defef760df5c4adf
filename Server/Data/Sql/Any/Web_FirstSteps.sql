-- How far a new site has come. Parameters: orgId. Rows: FirstSteps, one. Index: each looks for one row, of sessions by session_device.
select o.title,
       case when exists (select 1 from person where org_id = @orgId) then 1 else 0 end as people,
       case when exists (select 1 from device where org_id = @orgId and deleted_at is null) then 1 else 0 end as devices,
       case when exists (select 1 from terminal where org_id = @orgId and revoked_at is null) then 1 else 0 end as terminals,
       case when exists (select 1 from device d join session s on s.device_id = d.id where d.org_id = @orgId) then 1 else 0 end as sessions
from organisation o
where o.id = @orgId
