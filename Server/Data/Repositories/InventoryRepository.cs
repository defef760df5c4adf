using CopyTrack.Accounting.Inventory;
using Dapper;

namespace CopyTrack.Server.Data.Repositories;

/// <summary>A device's last inventory: when it was read, and its JSON.</summary>
public sealed record InventoryRow
{
    public required DateTimeOffset ReadAt { get; init; }
    public required string Report { get; init; }
}

/// <summary>How often a device's inventory is wanted (null = as the site says, 0 = never) and when it was read last.</summary>
public sealed record InventoryDue
{
    public long? Seconds { get; init; }
    public DateTimeOffset? ReadAt { get; init; }
}

/// <summary>Something that changed on a device. <see cref="Kind"/> is the number of the kind.</summary>
public sealed record InventoryChangeRow
{
    public required DateTimeOffset At { get; init; }
    public required int Kind { get; init; }
    public required string Subject { get; init; }
    public string? Before { get; init; }
    public string? After { get; init; }
}

/// <summary>Inventories of devices and what changed between them.</summary>
public sealed class InventoryRepository(IDatabase database, IdGenerator ids)
{
    private const int LevelDays = 366;

    /// <summary>The last inventory; null when none was kept.</summary>
    public Task<InventoryRow?> FindAsync(long deviceId, CancellationToken cancellationToken) => database.ReadAsync(
        (c, ct) => c.QuerySingleOrDefaultAsync<InventoryRow>(new CommandDefinition(database.Sql["Inventory_Find"], new { deviceId }, cancellationToken: ct)), cancellationToken);

    /// <summary>When it was read and how often it is wanted; null when there is no such device.</summary>
    public Task<InventoryDue?> DueAsync(long deviceId, CancellationToken cancellationToken) => database.ReadAsync(
        (c, ct) => c.QuerySingleOrDefaultAsync<InventoryDue>(new CommandDefinition(database.Sql["Inventory_Due"], new { deviceId }, cancellationToken: ct)), cancellationToken);

    /// <summary>Keeps an inventory with its changes since <paramref name="previous"/> (null = the first); false and nothing kept when another node was quicker.</summary>
    public Task<bool> StoreAsync(
        long deviceId, InventoryRow inventory, DateTimeOffset? previous, IReadOnlyCollection<InventoryChangeRow> changes, CancellationToken cancellationToken) => database.WriteAsync(
        async (c, ct) =>
        {
            var kept = await c.ExecuteAsync(new CommandDefinition(
                database.Sql["Inventory_Put"], new { deviceId, at = inventory.ReadAt, report = inventory.Report, previous }, cancellationToken: ct));
            foreach (var change in kept == 1 ? changes : [])
            {
                await c.ExecuteAsync(new CommandDefinition(
                    database.Sql["Inventory_AddChange"], new { id = ids.Next(), deviceId, at = change.At, kind = change.Kind, subject = change.Subject, before = change.Before, after = change.After },
                    cancellationToken: ct));
            }

            return kept == 1;
        },
        cancellationToken);

    /// <summary>Keeps how full the supplies of a device are on a day (number of the UTC calendar), and forgets what is older than a year.</summary>
    public Task KeepLevelsAsync(long deviceId, int day, IReadOnlyCollection<SupplyLevel> levels, CancellationToken cancellationToken) => database.WriteAsync(
        async (c, ct) =>
        {
            foreach (var level in levels)
            {
                await c.ExecuteAsync(new CommandDefinition(
                    database.Sql["SupplyLevel_Put"], new { deviceId, name = level.Name, day, kind = level.Kind, percent = level.Percent }, cancellationToken: ct));
            }

            return await c.ExecuteAsync(new CommandDefinition(database.Sql["SupplyLevel_Purge"], new { deviceId, before = day - LevelDays }, cancellationToken: ct));
        },
        cancellationToken);

    /// <summary>The last changes, newest first.</summary>
    public Task<IReadOnlyList<InventoryChangeRow>> ChangesAsync(long deviceId, int limit, CancellationToken cancellationToken) => database.ReadAsync<IReadOnlyList<InventoryChangeRow>>(
        async (c, ct) => [.. await c.QueryAsync<InventoryChangeRow>(new CommandDefinition(database.Sql["Inventory_Changes"], new { deviceId, limit }, cancellationToken: ct))], cancellationToken);
}
