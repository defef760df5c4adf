-- What is offered to an agent: packages of its platform above its version that are whole and not halted, with the largest share that a stage gives to everyone, its dealer, its customer or its site.
-- Parameters: agentId, platform, number. Rows: id, hash, share, the highest version first. Index: fleet_package unique (org_id, hash).
select p.id, p.hash, max(r.share) as share
from fleet_agent a
join fleet_node n on n.id = a.node_id
left join fleet_node k on k.id = n.customer_id
join fleet_package p on p.org_id = a.org_id and p.product = 'agent' and p.platform = @platform and p.version_number > @number and p.whole = 1 and p.halted_at is null
join fleet_rollout r on r.package_id = p.id and (r.node_id = 0 or r.node_id = n.id or r.node_id = n.customer_id or r.node_id = k.parent_id)
where a.id = @agentId
group by p.id, p.hash, p.version_number
order by p.version_number desc
