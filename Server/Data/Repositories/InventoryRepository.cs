using System.Data.Common;
using CopyTrack.Accounting.Inventory;
using CopyTrack.Accounting.Ledger;
using Dapper;

namespace CopyTrack.Server.Data.Repositories;

/// <summary>A device's last inventory: when it was read, and its JSON.</summary>
public sealed record InventoryRow
{
    public required DateTimeOffset ReadAt { get; init; }
    public required string Report { get; init; }

    /// <summary>What stops the device by this inventory, as <see cref="DeviceTrouble.Of"/> says it; it is kept and not read again here.</summary>
    public string? Trouble { get; init; }
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

/// <summary>How full a supply was on a day (number of the UTC calendar), in per cent.</summary>
public sealed record SupplyDayRow
{
    public required long DeviceId { get; init; }
    public required string Supply { get; init; }
    public required long Day { get; init; }
    public required long Percent { get; init; }
}

/// <summary>The day (number of the UTC calendar) on which a supply will be used up.</summary>
public sealed record SupplyEndRow
{
    public required long DeviceId { get; init; }
    public required string Supply { get; init; }
    public required long LastDay { get; init; }
}

/// <summary>Inventories of devices and what changed between them.</summary>
public sealed class InventoryRepository(IDatabase database, IdGenerator ids)
{
    /// <summary>The last inventory; null when none was kept.</summary>
    public Task<InventoryRow?> FindAsync(long deviceId, CancellationToken cancellationToken) => database.ReadAsync(
        (c, ct) => c.QuerySingleOrDefaultAsync<InventoryRow>(new CommandDefinition(database.Sql["Inventory_Find"], new { deviceId }, cancellationToken: ct)), cancellationToken);

    /// <summary>When it was read and how often it is wanted; null when there is no such device.</summary>
    public Task<InventoryDue?> DueAsync(long deviceId, CancellationToken cancellationToken) => database.ReadAsync(
        (c, ct) => c.QuerySingleOrDefaultAsync<InventoryDue>(new CommandDefinition(database.Sql["Inventory_Due"], new { deviceId }, cancellationToken: ct)), cancellationToken);

    /// <summary>
    /// Keeps an inventory with its changes and the levels of its day since <paramref name="previous"/> (null = the first), and tells the events; false and nothing kept when another node
    /// was quicker.
    /// </summary>
    public Task<bool> StoreAsync(
        long deviceId, InventoryRow inventory, DateTimeOffset? previous, IReadOnlyCollection<InventoryChangeRow> changes, IReadOnlyCollection<DeviceEvent> events,
        IReadOnlyCollection<DayLevel> levels, CancellationToken cancellationToken) => database.WriteAsync(
        async (c, ct) =>
        {
            var kept = await c.ExecuteAsync(new CommandDefinition(
                database.Sql["Inventory_Put"], new { deviceId, at = inventory.ReadAt, report = inventory.Report, trouble = inventory.Trouble, previous }, cancellationToken: ct));
            foreach (var change in kept == 1 ? changes : [])
            {
                await c.ExecuteAsync(new CommandDefinition(
                    database.Sql["Inventory_AddChange"], new { id = ids.Next(), deviceId, at = change.At, kind = change.Kind, subject = change.Subject, before = change.Before, after = change.After },
                    cancellationToken: ct));
            }

            foreach (var told in kept == 1 ? events : [])
            {
                await c.ExecuteAsync(new CommandDefinition(
                    database.Sql["Outbox_Add"], new { at = told.At, topic = told.Topic, deviceId = told.DeviceId, payload = StateDocument.Write(told.Data) }, cancellationToken: ct));
            }

            var day = DateOnly.FromDateTime(inventory.ReadAt.UtcDateTime).DayNumber;
            if (kept == 1)
            {
                await KeepLevelsAsync(c, deviceId, day, levels, ct);
            }

            return kept == 1;
        },
        cancellationToken);

    /// <summary>Keeps levels of a day, and of each supply and tray how it stands now and when by its use it will be used up.</summary>
    private async Task KeepLevelsAsync(DbConnection connection, long deviceId, int day, IReadOnlyCollection<DayLevel> levels, CancellationToken cancellationToken)
    {
        foreach (var kind in levels.GroupBy(l => l.Kind))
        {
            foreach (var level in kind)
            {
                await connection.ExecuteAsync(new CommandDefinition(
                    database.Sql["SupplyDay_Put"], new { deviceId, kind = level.Kind, supply = level.Supply, day, percent = level.Percent }, cancellationToken: cancellationToken));
            }

            var history = (await connection.QueryAsync<SupplyDayRow>(new CommandDefinition(
                database.Sql["SupplyDay_List"], new { deviceIds = new[] { deviceId }, kind = kind.Key, since = day - SupplyTrend.HistoryOf(kind.Key) }, cancellationToken: cancellationToken))).ToLookup(l => l.Supply);
            foreach (var level in kind)
            {
                var lastDay = SupplyTrend.Forecast([.. history[level.Supply].Select(l => ((int)l.Day, (int)l.Percent))])?.LastDay;
                await connection.ExecuteAsync(new CommandDefinition(
                    database.Sql["SupplyNow_Put"], new { deviceId, kind = level.Kind, supply = level.Supply, name = level.Name, day, percent = level.Percent, lastDay }, cancellationToken: cancellationToken));
            }
        }
    }

    /// <summary>Levels of the supplies of these devices since a day, by device, supply and day. <paramref name="kind"/> is <c>supply</c> or <c>tray</c>.</summary>
    public Task<IReadOnlyList<SupplyDayRow>> LevelsAsync(IReadOnlyCollection<long> deviceIds, string kind, int since, CancellationToken cancellationToken) => deviceIds.Count == 0
        ? Task.FromResult<IReadOnlyList<SupplyDayRow>>([])
        : database.ReadAsync<IReadOnlyList<SupplyDayRow>>(
            async (c, ct) => [.. await c.QueryAsync<SupplyDayRow>(new CommandDefinition(database.Sql["SupplyDay_List"], new { deviceIds = deviceIds.ToArray(), kind, since }, cancellationToken: ct))], cancellationToken);

    /// <summary>When supplies of these devices will be used up, of those that were looked at since a day and of which it is known.</summary>
    public Task<IReadOnlyList<SupplyEndRow>> EndsAsync(IReadOnlyCollection<long> deviceIds, string kind, int since, CancellationToken cancellationToken) => deviceIds.Count == 0
        ? Task.FromResult<IReadOnlyList<SupplyEndRow>>([])
        : database.ReadAsync<IReadOnlyList<SupplyEndRow>>(
            async (c, ct) => [.. await c.QueryAsync<SupplyEndRow>(new CommandDefinition(database.Sql["SupplyNow_Ends"], new { deviceIds = deviceIds.ToArray(), kind, since }, cancellationToken: ct))], cancellationToken);

    /// <summary>Forgets levels before a day.</summary>
    public Task PurgeLevelsAsync(int before, CancellationToken cancellationToken) => database.WriteAsync(
        async (c, ct) =>
        {
            await c.ExecuteAsync(new CommandDefinition(database.Sql["SupplyNow_Purge"], new { before }, cancellationToken: ct));
            return await c.ExecuteAsync(new CommandDefinition(database.Sql["SupplyDay_Purge"], new { before }, cancellationToken: ct));
        },
        cancellationToken);

    /// <summary>The last changes, newest first.</summary>
    public Task<IReadOnlyList<InventoryChangeRow>> ChangesAsync(long deviceId, int limit, CancellationToken cancellationToken) => database.ReadAsync<IReadOnlyList<InventoryChangeRow>>(
        async (c, ct) => [.. await c.QueryAsync<InventoryChangeRow>(new CommandDefinition(database.Sql["Inventory_Changes"], new { deviceId, limit }, cancellationToken: ct))], cancellationToken);
}
