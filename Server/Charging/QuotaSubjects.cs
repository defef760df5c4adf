using System.Globalization;
using CopyTrack.Accounting.Charging;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Repositories;
using Dapper;

namespace CopyTrack.Server.Charging;

/// <summary>Whom a limit bounds, by kind and name as people write them.</summary>
internal sealed class QuotaSubjects(IDatabase database, PersonRepository people, ProjectRepository projects, AuditLog audit)
{
    private const int MostName = 256;

    /// <summary>Kind and stored subject; null when nobody has the name.</summary>
    public async Task<(QuotaKind Kind, string Subject)?> FindAsync(long orgId, string kind, string name, CancellationToken cancellationToken)
    {
        if (name.Length is 0 or > MostName || name.Any(c => char.IsControl(c) || char.IsSurrogate(c)))
        {
            return null;
        }

        switch (kind)
        {
            case "user":
                var found = await database.ReadAsync((c, ct) => people.LoadAsync(c, orgId, [NameFolding.Fold(name)], ct), cancellationToken);
                return found is [var person] ? (QuotaKind.Person, person.Row.Id.ToString(CultureInfo.InvariantCulture)) : null;
            case "department":
                return (QuotaKind.Department, name);
            case "project":
                return await projects.FindAsync(orgId, name, cancellationToken) is { } project ? (QuotaKind.Project, project.Id.ToString(CultureInfo.InvariantCulture)) : null;
            default:
                return null;
        }
    }

    /// <summary>What happens at a device at zero: true = the panel is locked; null when there is no such device.</summary>
    public Task<bool?> LocksAtZeroAsync(long orgId, string device, CancellationToken cancellationToken) => database.ReadAsync(async (c, ct) =>
        (await c.QuerySingleOrDefaultAsync<AtZeroRow>(new CommandDefinition(database.Sql["Device_AtZero"], new { orgId, name = NameFolding.Fold(device) }, cancellationToken: ct)))?.LocksAtZero, cancellationToken);

    /// <summary>Names of the devices that lock at zero.</summary>
    public Task<IReadOnlyList<string>> LockingAsync(long orgId, CancellationToken cancellationToken) => database.ReadAsync<IReadOnlyList<string>>(
        async (c, ct) => [.. await c.QueryAsync<string>(new CommandDefinition(database.Sql["Device_LockingAtZero"], new { orgId }, cancellationToken: ct))], cancellationToken);

    /// <summary>Sets it; false when there is no such device.</summary>
    public Task<bool> SetLocksAtZeroAsync(long orgId, string device, bool locks, string actor, CancellationToken cancellationToken) => database.WriteAsync(
        async (c, ct) =>
        {
            var name = NameFolding.Fold(device);
            if (await c.QuerySingleOrDefaultAsync<AtZeroRow>(new CommandDefinition(database.Sql["Device_AtZero"], new { orgId, name }, cancellationToken: ct)) is not { } before)
            {
                return false;
            }

            await c.ExecuteAsync(new CommandDefinition(database.Sql["Device_SetAtZero"], new { orgId, name, locks = locks ? 1 : 0 }, cancellationToken: ct));
            await audit.AddAsync(c, orgId, actor, "device.charging", FormattableString.Invariant($"device:{before.Id}"), new AuditValues().Add("locksAtZero", before.LocksAtZero, locks), ct);
            return true;
        },
        cancellationToken);

    private sealed record AtZeroRow
    {
        public long Id { get; init; }
        public bool LocksAtZero { get; init; }
    }
}
