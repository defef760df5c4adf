-- Keeps a message; affects no row when its number is kept already. Parameters: agentId, generation, sequence, first, now, correctionMs, body (null: it was refused). Index: primary key.
insert into fleet_message (agent_id, generation, sequence, first, received_at, correction_ms, body)
values (@agentId, @generation, @sequence, @first, @now, @correctionMs, @body)
on conflict (agent_id, generation, sequence) do nothing
