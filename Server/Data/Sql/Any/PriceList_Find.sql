-- One price list. Parameters: orgId, name (folded). Rows: PriceListRow. Index: unique (org_id, name_folded).
select * from price_list where org_id = @orgId and name_folded = @name
