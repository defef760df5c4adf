-- Lets a group use a project. Parameters: members of ProjectGroupRow. Index: primary key.
insert into project_group (project_id, group_name, group_folded) values (@ProjectId, @GroupName, @GroupFolded) on conflict (project_id, group_folded) do nothing
