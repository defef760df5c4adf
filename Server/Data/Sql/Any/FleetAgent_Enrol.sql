-- Gives an agent the key that came with its code; another key than before is another generation, whose numbers begin anew, while what waits of the old one is applied at once. Affects no row when the code was taken away, or used with another key, meanwhile. Parameters: id, hash, key, now, anew. Index: primary key.
update fleet_agent
set public_key = @key, revoked_key = null, revoked_at = null, enrolled_at = @now, code_used_at = coalesce(code_used_at, @now),
    applied_through = case when @anew = 1 then 0 else applied_through end,
    last_new_at = case when @anew = 1 then null else last_new_at end,
    generation = case when @anew = 1 then generation + 1 else generation end,
    due_at = case when @anew = 1 and exists (select 1 from fleet_message m where m.agent_id = fleet_agent.id) then @now else due_at end
where id = @id and code_hash = @hash and (code_used_at is null or public_key = @key)
