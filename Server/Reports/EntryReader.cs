using System.Data.Common;
using System.Globalization;
using System.Runtime.CompilerServices;
using CopyTrack.Server.Data;
using Dapper;

namespace CopyTrack.Server.Reports;

/// <summary>Where a walk through the entries goes on: after this entry.</summary>
internal readonly record struct EntryPlace(DateTimeOffset At, long DeviceId, long Seq)
{
    /// <summary>The place after all of a device at a moment, as it stands in addresses of pages; null for a text that is none.</summary>
    public static EntryPlace? Read(string? text) => text?.Split('.') is [var at, var device] && long.TryParse(at, NumberStyles.None, CultureInfo.InvariantCulture, out long micros)
        && long.TryParse(device, NumberStyles.None, CultureInfo.InvariantCulture, out long id) ? new EntryPlace(Instant.FromMicros(Math.Clamp(micros, 0, 253_402_300_799_999_999)), id, long.MaxValue) : null;

    /// <summary>The text that <see cref="Read"/> takes.</summary>
    public string ToText() => string.Create(CultureInfo.InvariantCulture, $"{At.ToMicros()}.{DeviceId}");
}

/// <summary>Reads entries in order of time, a bounded number at once.</summary>
internal sealed class EntryReader(IDatabase database)
{
    /// <summary>Most entries that are read at once.</summary>
    public const int Most = 5000;

    private readonly ReportNarrowing narrowing = new(database);
    private readonly ReportPeople people = new(database);

    /// <summary>Looks names up. Throws <see cref="ReportRequestException"/> naming the one that does not exist.</summary>
    public Task<ReportFilter> NarrowAsync(ReportScope scope, string? device, string? user, CancellationToken cancellationToken) =>
        NarrowAsync(new ReportRequest("jobs", new ReportPeriod(default, default, null), scope, null, device, user), cancellationToken);

    /// <summary>Looks the names of a request up, the same way.</summary>
    public Task<ReportFilter> NarrowAsync(ReportRequest request, CancellationToken cancellationToken) => narrowing.OfAsync(request, cancellationToken);

    /// <summary>At most <paramref name="count"/> entries of the period after <paramref name="after"/>; function and hour of the filter are not looked at.</summary>
    public async Task<List<EntryLine>> PageAsync(
        DbConnection connection, ReportPeriod period, ReportScope scope, ReportFilter filter, EntryPlace? after, int count, CancellationToken cancellationToken) =>
        await PageAsync(connection, period, scope, filter, after, count, true, await people.MergedAsync(connection, scope.OrgId, cancellationToken), cancellationToken);

    /// <summary>
    /// All entries of the period in order, for <paramref name="sets"/> to project: where nothing narrows them they come without the meters, which cost a look-up for each entry, until a
    /// device is among them whose counters need those. <paramref name="first"/> are read at first, then more and more at once.
    /// </summary>
    public async IAsyncEnumerable<EntryLine> AllAsync(DbConnection connection, ReportPeriod period, ReportScope scope, ReportFilter filter, EntryPlace? after, int first, EpochSets sets,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        IReadOnlyDictionary<long, MergedPerson> merged = await people.MergedAsync(connection, scope.OrgId, cancellationToken);
        bool withMeters = !IsOfAll(scope, filter);
        int wanted = 0;
        List<EntryLine> page;
        do
        {
            wanted = Math.Min(wanted == 0 ? first : wanted * 4, Most);
            page = await PageAsync(connection, period, scope, filter, after, wanted, withMeters, merged, cancellationToken);
            await sets.ReadAsync(page, cancellationToken);
            if (!withMeters && sets.NeedMeters(page))
            {
                withMeters = true;
                page = await PageAsync(connection, period, scope, filter, after, wanted, withMeters, merged, cancellationToken);
            }

            foreach (EntryLine entry in page)
            {
                yield return entry;
            }

            after = page.Count == 0 ? null : new EntryPlace(page[^1].At, page[^1].DeviceId, page[^1].Seq);
        }
        while (page.Count == wanted);
    }

    private async Task<List<EntryLine>> PageAsync(DbConnection connection, ReportPeriod period, ReportScope scope, ReportFilter filter, EntryPlace? after, int count, bool withMeters,
        IReadOnlyDictionary<long, MergedPerson> merged, CancellationToken cancellationToken)
    {
        List<EntryLine> page = new(Math.Min(count, Most));
        IReadOnlyList<long?> booked = ReportPeople.Ids(filter.PersonId, merged);
        foreach (long? person in booked)
        {
            string statement = !withMeters ? "Entry_SpanOfAll" : person is > 0 ? "Entry_SpanOfPerson" : filter.DeviceId is not null ? "Entry_SpanOfDevice" : "Entry_Span";
            await using DbDataReader rows = await connection.ExecuteReaderAsync(new CommandDefinition(database.Sql[statement], new
            {
                orgId = scope.OrgId, to = period.To, at = after?.At ?? period.From, afterDevice = after?.DeviceId ?? long.MinValue, seq = after?.Seq ?? long.MinValue,
                deviceId = filter.DeviceId, personId = person, projectId = filter.ProjectId, whole = scope.IsWhole, sites = scope.Sites, departments = scope.Departments, projects = scope.Projects, onlyProjects = scope.OnlyProjects,
                ofSite = filter.Site, ofDepartment = filter.Department, costCentre = filter.CostCentre, cause = filter.Cause, count,
            }, cancellationToken: cancellationToken));
            while (await rows.ReadAsync(cancellationToken))
            {
                page.Add(EntryLine.Read(rows));
            }
        }

        // Each of several gave as many as were asked for, so that the first of them all are among these.
        return ReportPeople.Shown(booked.Count == 1 ? page : [.. page.OrderBy(e => e.At).ThenBy(e => e.DeviceId).ThenBy(e => e.Seq).Take(count)], scope, merged);
    }

    /// <summary>True when nothing narrows the entries, so that the short statement gives them.</summary>
    private static bool IsOfAll(ReportScope scope, ReportFilter filter) =>
        scope.IsWhole && filter is { DeviceId: null, PersonId: null, ProjectId: null, Site: null, Department: null, CostCentre: null, Cause: null };
}
