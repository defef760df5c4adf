-- Devices by name, with what does not change by itself; how they stand now tells Web_DevicesNow. Parameters: orgId. Rows: DeviceView.
-- Index: unique (org_id, name_folded), read in its order: nothing is joined, because what is would have to be put in order again.
select id, name, address, location, site
from device
where org_id = @orgId and deleted_at is null
order by name_folded
