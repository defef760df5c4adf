using CopyTrack.Identity.Secrets;
using Dapper;

namespace CopyTrack.Server.Data.Repositories;

/// <summary>A line of the access log with the names behind its ids.</summary>
public sealed record AccessLogRow
{
    public required long Id { get; init; }
    public required DateTimeOffset At { get; init; }
    public required string TerminalId { get; init; }
    public required string Terminal { get; init; }
    public string? Device { get; init; }
    public required string Method { get; init; }
    public required string Outcome { get; init; }
    public string? CardSuffix { get; init; }
    public string? UserName { get; init; }
    public string? DisplayName { get; init; }

    /// <summary>Who has the card now that nobody had then.</summary>
    public string? Owner { get; init; }

    /// <summary>True when its card is nobody's and can be given to a person.</summary>
    public bool Assignable { get; init; }
}

/// <summary>What a page of the access log shows.</summary>
public sealed record AccessLogFilter(string? TerminalId, string? Outcome, bool OnlyUnknown);

/// <summary>What became of giving an unknown card to a person.</summary>
public abstract record CardAssignment
{
    private CardAssignment() { }

    /// <summary>The card is the person's.</summary>
    public sealed record Assigned(PersonRow Person) : CardAssignment;

    /// <summary>The line is gone, of another organisation, or about no unknown card.</summary>
    public sealed record NoCard : CardAssignment;

    /// <summary>Nobody has that user name.</summary>
    public sealed record NoPerson : CardAssignment;

    /// <summary>Somebody else has the card by now.</summary>
    public sealed record Taken : CardAssignment;

    /// <summary>The card was kept under a hash key that is retired.</summary>
    public sealed record OldKey : CardAssignment;
}

/// <summary>Reads the access log, and gives cards that nobody has to people by its lines: the number itself is not known to anybody.</summary>
public sealed class AccessLogReader(IDatabase database, CardRepository cards, PersonRepository people)
{
    /// <summary>At most <paramref name="limit"/> lines before the one of id <paramref name="before"/>, newest first.</summary>
    public Task<IReadOnlyList<AccessLogRow>> ListAsync(long orgId, AccessLogFilter filter, long before, int limit, CancellationToken cancellationToken) => database.ReadAsync<IReadOnlyList<AccessLogRow>>(
        async (c, ct) => [.. await c.QueryAsync<AccessLogRow>(new CommandDefinition(
            database.Sql[filter.OnlyUnknown ? "AccessLog_Unknown" : "AccessLog_List"], new { orgId, before, terminal = filter.TerminalId, outcome = filter.Outcome, limit }, cancellationToken: ct))], cancellationToken);

    /// <summary>Gives the card of the line to the person. <paramref name="liveKeys"/> are the ids of the hash keys that are live.</summary>
    public async Task<CardAssignment> AssignUnknownCardAsync(long orgId, long lineId, string userName, IReadOnlyCollection<string> liveKeys, string actor, CancellationToken cancellationToken)
    {
        var card = await database.ReadAsync(
            (c, ct) => c.QuerySingleOrDefaultAsync<UnknownCard>(new CommandDefinition(database.Sql["AccessLog_Card"], new { orgId, id = lineId }, cancellationToken: ct)), cancellationToken);
        if (card is null)
        {
            return new CardAssignment.NoCard();
        }

        if (!liveKeys.Contains(card.KeyId))
        {
            return new CardAssignment.OldKey();
        }

        if (await people.FindAsync(orgId, userName, cancellationToken) is not { } person)
        {
            return new CardAssignment.NoPerson();
        }

        return await cards.AssignAsync(orgId, lineId, person.Id, actor, cancellationToken) switch
        {
            CardRegistration.Registered registered => new CardAssignment.Assigned(registered.Person),
            null => new CardAssignment.NoCard(),
            _ => new CardAssignment.Taken(),
        };
    }

    private sealed record UnknownCard
    {
        public required string KeyId { get; init; }
        public required byte[] Hash { get; init; }
        public string? Suffix { get; init; }
    }
}
