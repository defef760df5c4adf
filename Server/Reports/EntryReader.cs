using System.Data.Common;
using System.Runtime.CompilerServices;
using CopyTrack.Server.Data;
using Dapper;

namespace CopyTrack.Server.Reports;

/// <summary>Where a walk through the entries goes on: after this entry.</summary>
internal readonly record struct EntryPlace(DateTimeOffset At, long DeviceId, long Seq);

/// <summary>Ids that names of a request stand for; a name that no one has is an error told by <see cref="EntryReader.NarrowAsync"/>.</summary>
internal sealed record ReportFilter
{
    public long? DeviceId { get; init; }
    public long? PersonId { get; init; }
    public long? ProjectId { get; init; }
}

/// <summary>Reads entries in order of time, a bounded number at once.</summary>
internal sealed class EntryReader(IDatabase database)
{
    private const int Chunk = 1000;

    private readonly ReportPeople people = new(database);

    /// <summary>Looks the names up. Throws <see cref="ReportRequestException"/> naming the one that does not exist.</summary>
    public async Task<ReportFilter> NarrowAsync(ReportScope scope, string? device, string? user, CancellationToken cancellationToken)
    {
        if (scope.Names is { } names && user is not null)
        {
            long? person = await people.OwnerAsync(names, scope.OrgId, user, cancellationToken) ?? throw new ReportRequestException($"There is no user '{user}'.");
            return (await NarrowAsync(scope with { Names = null }, device, null, cancellationToken)) with { PersonId = person };
        }

        if (device is null && user is null && scope.Project is null)
        {
            return new ReportFilter();
        }

        ReportFilter found = await database.ReadAsync((connection, ct) => connection.QuerySingleAsync<ReportFilter>(new CommandDefinition(
            database.Sql["Report_Names"], new { orgId = scope.OrgId, device = Fold(device), person = Fold(user), project = Fold(scope.Project) }, cancellationToken: ct)), cancellationToken);
        if (device is not null && found.DeviceId is null)
        {
            throw new ReportRequestException($"There is no device '{device}'.");
        }

        if (user is not null && found.PersonId is null)
        {
            throw new ReportRequestException($"There is no user '{user}'.");
        }

        return scope.Project is not null && found.ProjectId is null ? found with { ProjectId = -1 } : found;
    }

    /// <summary>At most <paramref name="count"/> entries of the period after <paramref name="after"/>.</summary>
    public async Task<List<EntryLine>> PageAsync(
        DbConnection connection, ReportPeriod period, ReportScope scope, ReportFilter filter, EntryPlace? after, int count, CancellationToken cancellationToken) =>
        await people.ShownAsync(connection, scope, [.. await connection.QueryAsync<EntryLine>(new CommandDefinition(database.Sql["Entry_Span"], new
        {
            orgId = scope.OrgId, to = period.To, at = after?.At ?? period.From, deviceId = after?.DeviceId ?? long.MinValue, seq = after?.Seq ?? long.MinValue,
            device = filter.DeviceId, person = filter.PersonId, project = filter.ProjectId, site = scope.Site, department = scope.Department, count,
        }, cancellationToken: cancellationToken))], cancellationToken);

    /// <summary>All entries of the period in order.</summary>
    public async IAsyncEnumerable<EntryLine> AllAsync(
        DbConnection connection, ReportPeriod period, ReportScope scope, ReportFilter filter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        EntryPlace? after = null;
        List<EntryLine> page;
        do
        {
            page = await PageAsync(connection, period, scope, filter, after, Chunk, cancellationToken);
            foreach (EntryLine entry in page)
            {
                yield return entry;
            }

            after = page.Count == 0 ? null : new EntryPlace(page[^1].At, page[^1].DeviceId, page[^1].Seq);
        }
        while (page.Count == Chunk);
    }

    private static string? Fold(string? name) => name is null ? null : NameFolding.Fold(name);
}
