-- Gives an agent the key that came with its code, its numbers beginning anew when the key is another. Parameters: id, key, now, anew. Index: primary key.
update fleet_agent
set public_key = @key, enrolled_at = @now, code_used_at = coalesce(code_used_at, @now),
    applied_through = case when @anew = 1 then 0 else applied_through end
where id = @id
