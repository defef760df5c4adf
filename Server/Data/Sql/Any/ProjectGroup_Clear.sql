-- Takes all groups off a project. Parameters: projectId. Index: primary key.
delete from project_group where project_id = @projectId
