-- Packages of an organisation, the newest version first, with how many agents run them and how many rolled them back. Parameters: orgId. Rows: FleetPackageRow. Index: unique (org_id, hash).
select p.id, p.org_id, p.product, p.version, p.version_number, p.platform, p.hash, p.size, p.added_at, p.whole, p.halted_at, p.halted_reason,
       (select count(*) from fleet_agent_update u join fleet_agent a on a.id = u.agent_id where a.org_id = p.org_id and u.version = p.version and u.platform = p.platform and u.state <> 'Trial') as done,
       (select count(*) from fleet_agent_update u join fleet_agent a on a.id = u.agent_id where a.org_id = p.org_id and u.about = p.version and u.platform = p.platform and u.state = 'Failed') as failed
from fleet_package p
where p.org_id = @orgId and p.whole = 1
order by p.product, p.version_number desc, p.platform
