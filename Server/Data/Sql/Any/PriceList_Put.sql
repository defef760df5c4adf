-- Inserts a price list or replaces what stands under its name. Parameters: the columns. Index: unique (org_id, name_folded).
insert into price_list (id, org_id, name, name_folded, valid_from, valid_until, mono, color, large_surcharge, sheet, scan, fax, devices, sites, groups, updated_at)
values (@Id, @OrgId, @Name, @NameFolded, @ValidFrom, @ValidUntil, @Mono, @Color, @LargeSurcharge, @Sheet, @Scan, @Fax, @Devices, @Sites, @Groups, @UpdatedAt)
on conflict (org_id, name_folded) do update set name = excluded.name, valid_from = excluded.valid_from, valid_until = excluded.valid_until, mono = excluded.mono, color = excluded.color,
    large_surcharge = excluded.large_surcharge, sheet = excluded.sheet, scan = excluded.scan, fax = excluded.fax, devices = excluded.devices, sites = excluded.sites,
    groups = excluded.groups, updated_at = excluded.updated_at
