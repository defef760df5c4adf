-- What a person made in a month, with whoever was merged into them. Parameters: orgId, month, personId. Rows: PanelMonth. Index: primary key (org_id, month, person_id, …).
select cast(coalesce(sum(impressions), 0) as bigint) as impressions, cast(coalesce(sum(color), 0) as bigint) as color, cast(coalesce(sum(scans), 0) as bigint) as scans,
       cast(coalesce(sum(cost_micros), 0) as bigint) as cost_micros
from usage_month
where org_id = @orgId and month = @month and person_id in (select cast(@personId as bigint) union all select y.id from person y where y.merged_into = @personId)
