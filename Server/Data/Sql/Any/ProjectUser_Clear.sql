-- Takes all people off a project. Parameters: projectId. Index: primary key.
delete from project_user where project_id = @projectId
