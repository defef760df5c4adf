-- Price lists of an organisation by name. Parameters: orgId. Rows: PriceListRow. Index: unique (org_id, name_folded).
select * from price_list where org_id = @orgId order by name_folded
