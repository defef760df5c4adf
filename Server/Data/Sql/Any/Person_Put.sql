-- Inserts or replaces a person by name. Parameters: members of PersonRow. Rows: the id that is stored now. Index: unique (org_id, user_folded).
insert into person (id, org_id, user_name, user_folded, display_name, email, department, cost_centre, language, principal, functions,
                    project_required, enabled, source, created_at, updated_at)
values (@Id, @OrgId, @UserName, @UserFolded, @DisplayName, @Email, @Department, @CostCentre, @Language, @Principal, @Functions,
        @ProjectRequired, @Enabled, @Source, @CreatedAt, @UpdatedAt)
on conflict (org_id, user_folded) do update
set user_name = excluded.user_name, display_name = excluded.display_name, email = excluded.email, department = excluded.department,
    cost_centre = excluded.cost_centre, language = excluded.language, principal = excluded.principal, functions = excluded.functions,
    project_required = excluded.project_required, enabled = excluded.enabled, source = excluded.source, updated_at = excluded.updated_at
returning id
