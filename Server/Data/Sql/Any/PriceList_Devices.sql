-- Devices with what price lists may name them by. Parameters: orgId. Rows: PricedDevice. Index: unique (org_id, name_folded).
select id, name_folded, site from device where org_id = @orgId
