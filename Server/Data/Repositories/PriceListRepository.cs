using Dapper;

namespace CopyTrack.Server.Data.Repositories;

/// <summary>A price list as stored: money in millionths of the currency, lists of names with `;` between, null where it holds for all.</summary>
public sealed record PriceListRow
{
    public required long Id { get; init; }
    public required long OrgId { get; init; }
    public required string Name { get; init; }
    public required string NameFolded { get; init; }
    public required DateTimeOffset ValidFrom { get; init; }
    public DateTimeOffset? ValidUntil { get; init; }
    public long Mono { get; init; }
    public long Color { get; init; }
    public long LargeSurcharge { get; init; }
    public long Sheet { get; init; }
    public long Scan { get; init; }
    public long Fax { get; init; }
    public string? Devices { get; init; }
    public string? Sites { get; init; }
    public string? Groups { get; init; }
    public DateTimeOffset UpdatedAt { get; init; }
}

/// <summary>A device by which price lists may name it.</summary>
public sealed record PricedDevice
{
    public required long Id { get; init; }
    public required string NameFolded { get; init; }
    public string? Site { get; init; }
}

/// <summary>Price lists of organisations; each change is in the audit log and wakes the nodes.</summary>
public sealed class PriceListRepository(IDatabase database, IdGenerator ids, AuditLog audit, IOutbox outbox, TimeProvider time)
{
    /// <summary>Topic of the message that lists have changed.</summary>
    public const string ChangedTopic = "prices.changed";

    /// <summary>All lists by name.</summary>
    public Task<IReadOnlyList<PriceListRow>> ListAsync(long orgId, CancellationToken cancellationToken) => database.ReadAsync<IReadOnlyList<PriceListRow>>(
        async (c, ct) => [.. await c.QueryAsync<PriceListRow>(new CommandDefinition(database.Sql["PriceList_List"], new { orgId }, cancellationToken: ct))], cancellationToken);

    /// <summary>Devices with the names and sites that lists may have.</summary>
    public Task<IReadOnlyList<PricedDevice>> DevicesAsync(long orgId, CancellationToken cancellationToken) => database.ReadAsync<IReadOnlyList<PricedDevice>>(
        async (c, ct) => [.. await c.QueryAsync<PricedDevice>(new CommandDefinition(database.Sql["PriceList_Devices"], new { orgId }, cancellationToken: ct))], cancellationToken);

    /// <summary>Adds the list or replaces the one of that name; true when it is new.</summary>
    public async Task<bool> PutAsync(PriceListRow row, string actor, CancellationToken cancellationToken)
    {
        var added = await database.WriteAsync(async (c, ct) =>
        {
            var before = await FindAsync(c, row.OrgId, row.NameFolded, ct);
            await c.ExecuteAsync(new CommandDefinition(
                database.Sql["PriceList_Put"], row with { Id = before?.Id ?? ids.Next(), UpdatedAt = time.GetUtcNow() }, cancellationToken: ct));
            if (Differences(before, row) is { IsEmpty: false } values)
            {
                await audit.AddAsync(c, row.OrgId, actor, before is null ? "priceList.add" : "priceList.change", $"priceList:{row.Name}", values, ct);
            }

            return before is null;
        }, cancellationToken);
        await outbox.PublishAsync(ChangedTopic, null, "{}", cancellationToken);
        return added;
    }

    /// <summary>Deletes the list; false when there is none of that name. What was booked under it keeps its cost.</summary>
    public async Task<bool> DeleteAsync(long orgId, string name, string actor, CancellationToken cancellationToken)
    {
        var gone = await database.WriteAsync(async (c, ct) =>
        {
            if (await FindAsync(c, orgId, NameFolding.Fold(name), ct) is not { } before)
            {
                return false;
            }

            await c.ExecuteAsync(new CommandDefinition(database.Sql["PriceList_Delete"], new { id = before.Id }, cancellationToken: ct));
            await audit.AddAsync(c, orgId, actor, "priceList.delete", $"priceList:{before.Name}", Differences(before, null), ct);
            return true;
        }, cancellationToken);
        if (gone)
        {
            await outbox.PublishAsync(ChangedTopic, null, "{}", cancellationToken);
        }

        return gone;
    }

    private Task<PriceListRow?> FindAsync(System.Data.Common.DbConnection connection, long orgId, string folded, CancellationToken cancellationToken) =>
        connection.QuerySingleOrDefaultAsync<PriceListRow>(new CommandDefinition(database.Sql["PriceList_Find"], new { orgId, name = folded }, cancellationToken: cancellationToken));

    internal static AuditValues Differences(PriceListRow? before, PriceListRow? after) => new AuditValues()
        .Add("name", before?.Name, after?.Name).Add("from", before?.ValidFrom, after?.ValidFrom).Add("until", before?.ValidUntil, after?.ValidUntil)
        .Add("mono", AuditValues.Money(before?.Mono), AuditValues.Money(after?.Mono)).Add("color", AuditValues.Money(before?.Color), AuditValues.Money(after?.Color))
        .Add("large", AuditValues.Money(before?.LargeSurcharge), AuditValues.Money(after?.LargeSurcharge)).Add("sheet", AuditValues.Money(before?.Sheet), AuditValues.Money(after?.Sheet))
        .Add("scan", AuditValues.Money(before?.Scan), AuditValues.Money(after?.Scan)).Add("fax", AuditValues.Money(before?.Fax), AuditValues.Money(after?.Fax))
        .Add("devices", before?.Devices, after?.Devices).Add("sites", before?.Sites, after?.Sites).Add("groups", before?.Groups, after?.Groups);
}
