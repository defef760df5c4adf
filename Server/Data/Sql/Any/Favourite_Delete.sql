-- Takes a favourite back. Parameters: personId, projectId. Index: primary key.
delete from project_favourite where person_id = @personId and project_id = @projectId
