-- Counts a refusal of an agent in its hour, and among those that get no row when the hour has its rows. Parameters: id, hour (a number), most (rows of an hour). Rows: how many it is in this hour; none when there is no such agent. Index: primary key.
update fleet_agent
set refusal_count = case when refusal_hour = @hour then refusal_count + 1 else 1 end,
    unwritten = unwritten + case when refusal_hour = @hour and refusal_count >= @most then 1 else 0 end,
    refusal_hour = @hour
where id = @id
returning refusal_count
