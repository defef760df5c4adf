using System.Data.Common;
using System.Globalization;
using CopyTrack.Server.Data;
using Dapper;

namespace CopyTrack.Server.Reports.Packs;

/// <summary>Departments and cost centres of the people of an organisation at a moment.</summary>
internal sealed class Places : IPeopleAt
{
    // More changes than that are not told one by one.
    private const int MostTold = 200;

    private static long s_made;

    private readonly long number = Interlocked.Increment(ref s_made);
    private readonly Slots people = new();
    private readonly List<(string? Department, string? CostCentre)> places = [];
    private readonly Dictionary<string, string> texts = new(StringComparer.Ordinal);
    private readonly Places? before;

    /// <summary>Those of a moment; <paramref name="before"/> knows whom these do not.</summary>
    public Places(DateTimeOffset at, Places? before = null) => (At, this.before) = (at, before);

    /// <summary>The moment, the earlier one where there are two.</summary>
    public DateTimeOffset At { get; }

    /// <summary>How many people these know themselves.</summary>
    public int Count => places.Count;

    /// <summary>True once they are kept for later questions.</summary>
    public bool IsKept { get; set; }

    /// <summary>A text that is another one whenever somebody belongs elsewhere; null where nothing is kept that could be compared.</summary>
    public string? State => before is not { IsKept: true } ? null : Count > MostTold ? null
        : string.Create(CultureInfo.InvariantCulture, $"{before.number}{string.Concat(Enumerable.Range(0, Count).Select(i => $" {people[i]} {Told(places[i].Department)} {Told(places[i].CostCentre)}"))}");

    /// <summary>Adds somebody, in place of what was known of them.</summary>
    public void Put(long person, string? department, string? costCentre)
    {
        int at = people.Of(person);
        if (at == places.Count)
        {
            places.Add(default);
        }

        places[at] = (Shared(department), Shared(costCentre));
    }

    /// <summary>Where somebody belongs; false for whom the organisation does not have.</summary>
    public bool TryGet(long person, out (string? Department, string? CostCentre) place)
    {
        int at = people.Known(person);
        if (at < 0)
        {
            place = default;
            return before is not null && before.TryGet(person, out place);
        }

        place = places[at];
        return true;
    }

    /// <summary>A text that ends where it says.</summary>
    internal static string Told(string? text) => text is null ? "-" : string.Create(CultureInfo.InvariantCulture, $"{text.Length}:{text}");

    private string? Shared(string? text) => text is null ? null : texts.TryGetValue(text, out string? known) ? known : texts[text] = text;
}

/// <summary>Where people belong: some 40 octets for each person of a large organisation (<see cref="KeptPeople{T}"/>). Safe for use by many threads.</summary>
internal sealed class PeoplePlaces
{
    /// <summary>Most people who are read each time.</summary>
    public const int Few = 5000;

    private readonly IDatabase database;
    private readonly TimeProvider time;
    private readonly KeptPeople<Places> kept;

    public PeoplePlaces(IDatabase database, TimeProvider time, int few = Few) => (this.database, this.time, kept) = (database, time, new KeptPeople<Places>(database, time, few, ReadAsync));

    /// <summary>Where the people of an organisation belong now.</summary>
    public Task<Places> OfAsync(DbConnection connection, long orgId, CancellationToken cancellationToken) => kept.OfAsync(connection, orgId, cancellationToken);

    private async Task<Places> ReadAsync(DbConnection connection, long orgId, (DateTimeOffset Since, Places Before)? changed, CancellationToken cancellationToken)
    {
        Places places = new(changed?.Before.At ?? time.GetUtcNow(), changed?.Before);
        await using DbDataReader rows = await connection.ExecuteReaderAsync(new CommandDefinition(
            database.Sql[changed is null ? "Report_PeopleNames" : "Report_Places"], new { orgId, since = changed?.Since ?? default }, cancellationToken: cancellationToken));
        (int department, int costCentre) = changed is null ? (3, 4) : (1, 2);
        while (await rows.ReadAsync(cancellationToken))
        {
            places.Put(rows.GetInt64(0), rows.IsDBNull(department) ? null : rows.GetString(department), rows.IsDBNull(costCentre) ? null : rows.GetString(costCentre));
        }

        return places;
    }
}
