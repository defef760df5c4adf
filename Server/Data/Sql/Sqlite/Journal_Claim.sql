-- Takes or prolongs the claim on a device. Parameters: deviceId, owner, length of a claim in microseconds. Index: primary key.
update device_poll
set claim_token = claim_token + case when claim_owner is not @owner then 1 else 0 end,
    claim_owner = @owner,
    claim_until = cast(unixepoch('subsec') * 1000000 as integer) + @length
where device_id = @deviceId
