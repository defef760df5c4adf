using System.Data.Common;
using CopyTrack.Accounting.Ledger;
using CopyTrack.Server.Api;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Ledger;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Reports;
using Dapper;

namespace CopyTrack.Server.Web.Site;

/// <summary>Tells one session: who it was, the borders of the meters around it, what was booked to it, and the receipts behind that.</summary>
internal sealed class SessionStories(IDatabase database, ReceiptRepository receipts, ReportOptions options, TimeProvider time)
{
    // A session of two hours that is read each ten seconds has fewer entries; more than a few hundred are for the list of jobs.
    private const int MostEntries = 20_000, Shown = 200, MostReceipts = 200;

    /// <summary>
    /// The session as the asker may see it; null for one that does not exist and for one outside of the scope alike, and with <paramref name="person"/> for one that is not this person's. People stand under
    /// whom they were merged into, and under a pseudonym where names are kept from the asker. Where only a project lets the session be seen only that project's entries are told; the meters, which are
    /// the whole device's, only where the device is seen whole.
    /// </summary>
    public async Task<SessionStory?> FindAsync(long id, ReportScope scope, long? person, CancellationToken cancellationToken)
    {
        if (await database.ReadAsync((connection, ct) => connection.QuerySingleOrDefaultAsync<SessionView>(new CommandDefinition(database.Sql["Session_One"], new
        {
            id, orgId = scope.OrgId, person, whole = scope.IsWhole, sites = scope.Sites, departments = scope.Departments, projects = scope.Projects,
        }, cancellationToken: ct)), cancellationToken) is not { } session)
        {
            return null;
        }

        bool isWhole = scope.Sees(session.Site, session.Department, null) || scope.Sees(null, session.BookedDepartment, null);
        ValueSet<long>? projects = isWhole ? null : scope.Projects;
        IReadOnlyList<ReceiptView> claimed = await receipts.OfSessionAsync(id, projects, MostReceipts, cancellationToken);
        return await database.ReadAsync((connection, ct) => ToldAsync(connection, Seen(session, scope, isWhole), scope, projects, person is null && scope.OfDevices.Sees(session.Site, null, null), claimed, ct), cancellationToken);
    }

    private static SessionView Seen(SessionView session, ReportScope scope, bool isWhole)
    {
        SessionView seen = scope.Names is { } names ? session with { UserName = names.Of(session.PersonId), DisplayName = null } : session;
        // Another project in which the session ended is not for somebody who sees the session by one of theirs.
        return isWhole || scope.Sees(null, null, seen.ProjectId) ? seen : seen with { Project = null };
    }

    private async Task<SessionStory> ToldAsync(
        DbConnection connection, SessionView session, ReportScope scope, ValueSet<long>? projects, bool withMeters, IReadOnlyList<ReceiptView> claimed, CancellationToken cancellationToken)
    {
        EpochSets sets = new(database, connection, options.Prices);
        List<EntryLine> lines = [.. await connection.QueryAsync<EntryLine>(new CommandDefinition(
            database.Sql["Entry_OfSession"], new { session = session.Id, from = session.OpenedAt, whole = projects is null, projects = projects ?? ValueSet<long>.None, limit = MostEntries }, cancellationToken: cancellationToken))];
        EpochRecord[] epochs = await sets.OfAsync(session.DeviceId, cancellationToken);
        PageCounts counts = default;
        foreach (EntryLine line in lines)
        {
            counts += (await sets.ProjectAsync(line, cancellationToken))?.Counts ?? default;
        }

        ReadingRecord? before = withMeters ? await BorderAsync(connection, session.DeviceId, lines is [var first, ..] ? first.At : session.OpenedAt, cancellationToken) : null;
        DateTimeOffset end = lines is [.., var last] ? last.At : session.SettledAt ?? session.EndedAt ?? time.GetUtcNow();
        ReadingRecord? after = withMeters ? await BorderAsync(connection, session.DeviceId, end.AddMicroseconds(1), cancellationToken) : null;
        return new SessionStory
        {
            Session = session, Counts = counts, HasMeters = withMeters, Before = before, After = after, Receipts = scope.Names is null ? claimed : [.. claimed.Select(r => r with { UserName = null })],
            Meters = after is null ? [] : Meters(epochs, before, after, lines),
            Parts = [.. lines.GroupBy(l => (Counter: NameOf(epochs, l), l.ProjectCode, l.Cause, l.Source, l.Confidence))
                .Select(g => new BookedPart(g.Key.Counter, g.Key.ProjectCode, (Cause)g.Key.Cause, (EntrySource)g.Key.Source, (Confidence)g.Key.Confidence, g.Sum(l => l.Delta), g.Count()))],
            Entries = [.. lines.Take(Shown).Select(l => new BookedEntry(NameOf(epochs, l), l))], EntryCount = lines.Count, TakenBack = lines.Count(l => l.Reverses is not null),
        };
    }

    /// <summary>Counters of the later border; the earlier one tells nothing of them when it belongs to another epoch.</summary>
    private static List<CounterAtBorders> Meters(EpochRecord[] epochs, ReadingRecord? before, ReadingRecord after, List<EntryLine> lines)
    {
        if (Array.Find(epochs, e => e.Epoch == after.Epoch) is not { } epoch)
        {
            return [];
        }

        var booked = lines.Where(l => l.Epoch == after.Epoch).ToLookup(l => l.Counter, l => l.Delta);
        return [.. epoch.Set.Counters.Select(c => new CounterAtBorders(CounterText.Of(c.Key), before?.Epoch == after.Epoch ? Value(before, c.Index) : null, Value(after, c.Index), booked[c.Index].Sum()))];

        static long? Value(ReadingRecord border, int counter) => counter < border.Values.Length ? border.Values[counter] : null;
    }

    private static string NameOf(EpochRecord[] epochs, EntryLine line) =>
        Array.Find(epochs, e => e.Epoch == line.Epoch)?.Set.Counters.FirstOrDefault(c => c.Index == line.Counter) is { } counter ? CounterText.Of(counter.Key) : FormattableString.Invariant($"#{line.Counter}");

    private async Task<ReadingRecord?> BorderAsync(DbConnection connection, long deviceId, DateTimeOffset before, CancellationToken cancellationToken) =>
        (await connection.QuerySingleOrDefaultAsync<ReadingRow>(new CommandDefinition(database.Sql["Reading_LastBorderBefore"], new { deviceId, before }, cancellationToken: cancellationToken)))?.ToRecord();
}
