-- Pages of a device by month. Parameters: orgId, deviceId, first, last (month numbers). Rows: DeviceMonthRow. Index: primary key (org_id, month, …).
select month, cast(sum(impressions) as bigint) as impressions, cast(sum(color) as bigint) as color
from usage_device_month
where org_id = @orgId and month between @first and @last and device_id = @deviceId
group by month
order by month
