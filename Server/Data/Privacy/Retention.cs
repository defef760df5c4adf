using System.Collections.Immutable;
using System.Globalization;
using CopyTrack.Server.Data.Repositories;
using Dapper;

namespace CopyTrack.Server.Data.Privacy;

/// <summary>
/// A field that is kept for a time: how old things are counted and forgotten. <see cref="Least"/> is the shortest time in days, <see cref="Standard"/> the days where nobody has set
/// any, null for ever.
/// </summary>
public sealed record RetentionField(string Name, int Least, string CountStatement, string? PurgeStatement, int? Standard = null);

/// <summary>The days that are set for a field (null: none are), and how many things would go now.</summary>
public sealed record RetentionState(RetentionField Field, int? Days, long Due)
{
    /// <summary>How long the field is kept, in days; null for ever.</summary>
    public int? Kept => Days ?? Field.Standard;
}

/// <summary>
/// Forgets what has served its time, field by field, by days that an administrator sets; a field without days has its standard or is kept. The ledger, its readings and sums are no such field:
/// without names they tell of nobody.
/// </summary>
public sealed class Retention(IDatabase database, SettingRepository settings, PersonErasure erasure, AuditLog audit, TimeProvider time)
{
    /// <summary>The longest time in days.</summary>
    public const int Longest = 36_500;

    private const int PerWrite = 5_000, WritesPerRound = 20, PeoplePerRound = 200;

    private const string AccessLog = "accessLog";

    // People are erased one by one, with all that hangs on them.
    private const string People = "blockedPeople";

    /// <summary>All fields.</summary>
    public static ImmutableArray<RetentionField> Fields { get; } =
    [
        new(AccessLog, 1, "AccessLog_Count", "AccessLog_PurgeSome", Standard: 90), new("unknownCards", 1, "AccessLog_CountCards", "AccessLog_PurgeCards"),
        new("auditLog", 90, "AuditLog_Count", "AuditLog_Purge"), new("nameRequests", 30, "NameRequest_Count", "NameRequest_Purge"),
        new("blockedContacts", 1, "Person_CountContact", "Person_PurgeContact"), new(People, 30, "Person_CountBlocked", null),
    ];

    /// <summary>Every field with its time and what would go if <paramref name="days"/> held instead of what is set; nothing is forgotten.</summary>
    public async Task<IReadOnlyList<RetentionState>> PreviewAsync(IReadOnlyDictionary<string, int?> days, CancellationToken cancellationToken)
    {
        List<RetentionState> states = [];
        foreach (var field in Fields)
        {
            var set = days.TryGetValue(field.Name, out var wanted) ? wanted : await DaysAsync(field, cancellationToken);
            var due = (set ?? field.Standard) is { } limit
                ? await database.ReadAsync((c, ct) => c.ExecuteScalarAsync<long>(new CommandDefinition(database.Sql[field.CountStatement], new { before = Before(limit) }, cancellationToken: ct)), cancellationToken)
                : 0;
            states.Add(new RetentionState(field, set, due));
        }

        return states;
    }

    /// <summary>How many days lines of the access log are kept.</summary>
    public async Task<int> AccessLogDaysAsync(CancellationToken cancellationToken)
    {
        var field = Fields.Single(f => f.Name == AccessLog);
        return await DaysAsync(field, cancellationToken) ?? field.Standard!.Value;
    }

    /// <summary>Sets how long a field is kept, null for its standard. Throws <see cref="ArgumentOutOfRangeException"/> below the field's least time or beyond the longest.</summary>
    public Task SetAsync(RetentionField field, int? days, string actor, CancellationToken cancellationToken)
    {
        if (days is { } limit)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(limit, field.Least);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, Longest);
        }

        return settings.SetAsync(Key(field), days?.ToString(CultureInfo.InvariantCulture), actor, cancellationToken);
    }

    /// <summary>Forgets what is due, a bounded number of each field; returns how many things went. What is left goes in the next rounds.</summary>
    public async Task<long> RunAsync(CancellationToken cancellationToken)
    {
        long gone = 0;
        foreach (var field in Fields)
        {
            var set = await DaysAsync(field, cancellationToken);
            if ((set ?? field.Standard) is { } days)
            {
                var before = Before(days);
                var some = field.PurgeStatement is { } purge ? await PurgeAsync(purge, before, cancellationToken) : await EraseAsync(before, cancellationToken);
                // What nobody decided is told of nobody: a line every five minutes would bury the audit log.
                if (some > 0 && set is not null)
                {
                    await audit.TellAsync(OrganisationRepository.DefaultId, "retention", "retention.forget", $"field:{field.Name}", some.ToString(CultureInfo.InvariantCulture), cancellationToken);
                }

                gone += some;
            }
        }

        return gone;
    }

    private static string Key(RetentionField field) => $"Retention:{field.Name}";

    private DateTimeOffset Before(int days) => time.GetUtcNow() - TimeSpan.FromDays(days);

    private async Task<int?> DaysAsync(RetentionField field, CancellationToken cancellationToken) =>
        int.TryParse(await settings.GetAsync(Key(field), cancellationToken), NumberStyles.None, CultureInfo.InvariantCulture, out var days) && days >= field.Least ? days : null;

    private async Task<int> PurgeAsync(string statement, DateTimeOffset before, CancellationToken cancellationToken)
    {
        var gone = 0;
        for (var write = 0; write < WritesPerRound; write++)
        {
            var some = await database.WriteAsync((c, ct) => c.ExecuteAsync(new CommandDefinition(database.Sql[statement], new { before, limit = PerWrite }, cancellationToken: ct)), cancellationToken);
            gone += some;
            if (some < PerWrite)
            {
                break;
            }
        }

        return gone;
    }

    private async Task<int> EraseAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        var blocked = await database.ReadAsync(
            async (c, ct) => (await c.QueryAsync<Blocked>(new CommandDefinition(database.Sql["Person_ListBlocked"], new { before, limit = PeoplePerRound }, cancellationToken: ct))).AsList(), cancellationToken);
        var erased = 0;
        foreach (var person in blocked)
        {
            erased += await erasure.EraseAsync(person.OrgId, person.Id, "retention", cancellationToken) == EraseOutcome.Erased ? 1 : 0;
        }

        return erased;
    }

    private sealed record Blocked
    {
        public required long Id { get; init; }
        public required long OrgId { get; init; }
    }
}
