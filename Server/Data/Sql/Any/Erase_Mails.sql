-- Takes what mail servers said of an address out of the runs of reports. Parameters: orgId, pattern (escaped by \). Index: report_delivery_time.
update report_delivery set message = null where org_id = @orgId and lower(message) like @pattern escape '\'
