-- Closes a receipt that was booked. Parameters: id, status, at, personId, sessionId, projectId, shortage, content (null leaves it). Index: primary key.
update receipt
set status = @status, booked_at = @at, person_id = @personId, session_id = @sessionId, project_id = @projectId, shortage = @shortage, content = coalesce(@content, content)
where id = @id
