using System.Collections.Immutable;
using System.Data.Common;
using CopyTrack.Identity.Secrets;
using Dapper;

namespace CopyTrack.Server.Data.Repositories;

/// <summary>A person as stored. Columns are matched to members by name (underscores dropped), so members are settable and have no constructor.</summary>
public sealed record PersonRow
{
    public required long Id { get; init; }
    public required long OrgId { get; init; }
    public required string UserName { get; init; }
    public required string UserFolded { get; init; }
    public string? DisplayName { get; init; }
    public string? Email { get; init; }
    public string? Department { get; init; }
    public string? CostCentre { get; init; }
    public string? Language { get; init; }
    public string? Principal { get; init; }
    /// <summary>Functions, `;` between; null = what groups and the site's default give.</summary>
    public string? Functions { get; init; }
    public bool ProjectRequired { get; init; }
    public bool Enabled { get; init; } = true;
    /// <summary>False while the directory that the person came from no longer has them, or has their account switched off; only replication changes it.</summary>
    public bool DirectoryEnabled { get; init; } = true;
    public string Source { get; init; } = "local";
    /// <summary>Whom this row turned out to be; null for a row of its own.</summary>
    public long? MergedInto { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }
}

/// <summary>A person with groups, cards and PIN.</summary>
public sealed record PersonState(PersonRow Row, ImmutableArray<PersonGroupRow> Groups, ImmutableArray<CardRow> Cards, PinRow? Pin);

/// <summary>People, by organisation and folded user name. Methods that take a connection run in the caller's transaction.</summary>
public sealed class PersonRepository(IDatabase database)
{
    /// <summary>The person, or null when the organisation has none of that user name (case does not matter).</summary>
    public Task<PersonRow?> FindAsync(long orgId, string userName, CancellationToken cancellationToken) => NobodyIs(userName) ? Task.FromResult<PersonRow?>(null) : database.ReadAsync(
        (connection, ct) => connection.QuerySingleOrDefaultAsync<PersonRow>(new CommandDefinition(
            database.Sql["Person_FindByName"], new { orgId, folded = NameFolding.Fold(userName) }, cancellationToken: ct)),
        cancellationToken);

    /// <summary>The person with groups, cards and PIN, or null.</summary>
    public Task<PersonState?> FindWholeAsync(long orgId, string userName, CancellationToken cancellationToken) => NobodyIs(userName) ? Task.FromResult<PersonState?>(null) : database.ReadAsync(
        async (connection, ct) => await LoadAsync(connection, orgId, [NameFolding.Fold(userName)], ct) is [var person] ? person : null,
        cancellationToken);

    /// <summary>The person of that id, or null.</summary>
    public Task<PersonRow?> GetAsync(long id, CancellationToken cancellationToken) => database.ReadAsync(
        (connection, ct) => connection.QuerySingleOrDefaultAsync<PersonRow>(new CommandDefinition(database.Sql["Person_Get"], new { id }, cancellationToken: ct)),
        cancellationToken);

    /// <summary>At most <paramref name="limit"/> people in the order of their folded names, after that name (empty at first), with what hangs on them.</summary>
    public Task<IReadOnlyList<PersonState>> ListAsync(long orgId, string after, int limit, CancellationToken cancellationToken) => database.ReadAsync(
        async (connection, ct) => await CompleteAsync(connection, await QueryAsync<PersonRow>(connection, "Person_List", new { orgId, after, limit }, ct), ct),
        cancellationToken);

    /// <summary>At most <paramref name="limit"/> people of a search in the order of their folded names, after that name (empty at first), with what hangs on them. Reads all names for one that few have.</summary>
    public Task<IReadOnlyList<PersonState>> SearchAsync(long orgId, PersonSearch search, string after, int limit, CancellationToken cancellationToken) => database.ReadAsync(
        async (connection, ct) =>
        {
            var statement = search switch
            {
                { State: PersonSearch.Blocked } => "Person_SearchBlocked",
                { Department: not null } => "Person_SearchOfDepartment",
                { State: PersonSearch.NoCard } => "Person_SearchNoCard",
                _ => "Person_Search",
            };
            return await InOrderAsync(connection, orgId, await QueryAsync<string>(connection, statement, new
            {
                orgId, department = search.Department, folded = search.Folded, plain = search.Plain, groupName = search.Group is null ? null : NameFolding.Fold(search.Group), state = search.State, after, limit,
            }, ct), ct);
        },
        cancellationToken);

    /// <summary>The people of these folded names with what hangs on them, in the order of the names.</summary>
    public Task<IReadOnlyList<PersonState>> OfNamesAsync(long orgId, IReadOnlyList<string> names, CancellationToken cancellationToken) =>
        database.ReadAsync((connection, ct) => InOrderAsync(connection, orgId, names, ct), cancellationToken);

    /// <summary>Groups of a person with who put them there: 0 by hand or by a file, 1 the directory, 2 a provisioning client.</summary>
    public Task<IReadOnlyList<GroupSource>> GroupSourcesAsync(long id, CancellationToken cancellationToken) => database.ReadAsync(
        (connection, ct) => QueryAsync<GroupSource>(connection, "PersonGroup_Sources", new { id }, ct), cancellationToken);

    /// <summary>The newest lines of the access log about a person.</summary>
    public Task<IReadOnlyList<AccessLine>> AccessAsync(long id, int limit, CancellationToken cancellationToken) => database.ReadAsync(
        (connection, ct) => QueryAsync<AccessLine>(connection, "AccessLog_OfPerson", new { id, limit }, ct), cancellationToken);

    /// <summary>Inserts the person or replaces what is stored under its organisation and name; true when it is new. The stored id wins over the given one.</summary>
    public Task<bool> PutAsync(PersonRow person, CancellationToken cancellationToken) => database.WriteAsync(
        async (connection, ct) => await connection.ExecuteScalarAsync<long>(new CommandDefinition(
            database.Sql["Person_Put"], person, cancellationToken: ct)) == person.Id,
        cancellationToken);

    /// <summary>All Kerberos principals of a person, the first before the others; none for nobody.</summary>
    public Task<IReadOnlyList<string>> PrincipalsAsync(long id, CancellationToken cancellationToken) => database.ReadAsync(
        (connection, ct) => QueryAsync<string>(connection, "Person_Principals", new { id }, ct), cancellationToken);

    /// <summary>Removes a person with groups, cards, PIN and codes; sessions and entries keep the id, so every sum stays.</summary>
    public Task DeleteAsync(DbConnection connection, long id, CancellationToken cancellationToken) =>
        ExecuteAsync(connection, "Person_Delete", new { id }, cancellationToken);

    /// <summary>How many people the organisation has; sets the length of PINs.</summary>
    public Task<long> CountAsync(DbConnection connection, long orgId, CancellationToken cancellationToken) =>
        connection.ExecuteScalarAsync<long>(new CommandDefinition(database.Sql["Person_Count"], new { orgId }, cancellationToken: cancellationToken));

    /// <summary>People of these folded names; names of nobody give nothing.</summary>
    public async Task<IReadOnlyList<PersonRow>> FindManyAsync(DbConnection connection, long orgId, IReadOnlyCollection<string> names, CancellationToken cancellationToken) =>
        names.Count == 0 ? [] : await QueryAsync<PersonRow>(connection, "Person_FindByNames", new { orgId, names = names.ToArray() }, cancellationToken);

    /// <summary>People of these folded names with all that hangs on them.</summary>
    public async Task<IReadOnlyList<PersonState>> LoadAsync(DbConnection connection, long orgId, IReadOnlyCollection<string> names, CancellationToken cancellationToken) =>
        await CompleteAsync(connection, await FindManyAsync(connection, orgId, names, cancellationToken), cancellationToken);

    /// <summary>Cards stored under any of these hashes.</summary>
    public async Task<IReadOnlyList<CardRow>> FindCardsAsync(DbConnection connection, long orgId, IReadOnlyList<KeyedHash> hashes, CancellationToken cancellationToken) =>
        hashes.Count == 0 ? [] : await QueryAsync<CardRow>(connection, "Card_FindByHashes", HashParameters(orgId, hashes), cancellationToken);

    /// <summary>PINs stored under any of these hashes.</summary>
    public async Task<IReadOnlyList<PinRow>> FindPinsAsync(DbConnection connection, long orgId, IReadOnlyList<KeyedHash> hashes, CancellationToken cancellationToken) =>
        hashes.Count == 0 ? [] : await QueryAsync<PinRow>(connection, "Pin_FindByHashes", HashParameters(orgId, hashes), cancellationToken);

    /// <summary>Writes what differs between the two states; <paramref name="before"/> is null for a new person.</summary>
    public async Task WriteAsync(DbConnection connection, PersonState? before, PersonState after, CancellationToken cancellationToken)
    {
        await ExecuteAsync(connection, "Person_Put", after.Row, cancellationToken);
        if (before is null || !before.Groups.SequenceEqual(after.Groups))
        {
            if (before is { Groups.IsEmpty: false })
            {
                await ExecuteAsync(connection, "PersonGroup_Clear", new { personId = after.Row.Id }, cancellationToken);
            }

            foreach (var group in after.Groups.Where(group => group.Source == PersonGroupRow.ByHand))
            {
                await ExecuteAsync(connection, "PersonGroup_Add", group, cancellationToken);
            }
        }

        foreach (var card in before?.Cards.ExceptBy(after.Cards.Select(card => card.Id), card => card.Id) ?? [])
        {
            await ExecuteAsync(connection, "Card_Delete", new { personId = card.PersonId, id = card.Id }, cancellationToken);
        }

        foreach (var card in after.Cards.ExceptBy(before?.Cards.Select(card => card.Id) ?? [], card => card.Id))
        {
            await ExecuteAsync(connection, "Card_Add", card, cancellationToken);
        }

        if (after.Pin is null && before?.Pin is not null)
        {
            await ExecuteAsync(connection, "Pin_Delete", new { personId = after.Row.Id }, cancellationToken);
        }
        else if (after.Pin is not null && !ReferenceEquals(after.Pin, before?.Pin))
        {
            await ExecuteAsync(connection, "Pin_Put", after.Pin, cancellationToken);
        }
    }

    private async Task<IReadOnlyList<PersonState>> InOrderAsync(DbConnection connection, long orgId, IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        var people = (await LoadAsync(connection, orgId, names, cancellationToken)).ToDictionary(person => person.Row.UserFolded, StringComparer.Ordinal);
        return [.. names.Select(people.GetValueOrDefault).OfType<PersonState>()];
    }

    private async Task<IReadOnlyList<PersonState>> CompleteAsync(DbConnection connection, IReadOnlyList<PersonRow> rows, CancellationToken cancellationToken)
    {
        if (rows.Count == 0)
        {
            return [];
        }

        var ids = rows.Select(row => row.Id).ToList();
        var groups = (await QueryAsync<PersonGroupRow>(connection, "PersonGroup_ListByPersons", new { ids }, cancellationToken)).ToLookup(group => group.PersonId);
        var cards = (await QueryAsync<CardRow>(connection, "Card_ListByPersons", new { ids }, cancellationToken)).ToLookup(card => card.PersonId);
        var pins = (await QueryAsync<PinRow>(connection, "Pin_ListByPersons", new { ids }, cancellationToken)).ToDictionary(pin => pin.PersonId);
        return [.. rows.Select(row => new PersonState(row, [.. groups[row.Id]], [.. cards[row.Id]], pins.GetValueOrDefault(row.Id)))];
    }

    private async Task<IReadOnlyList<T>> QueryAsync<T>(DbConnection connection, string statement, object parameters, CancellationToken cancellationToken) =>
        (await connection.QueryAsync<T>(new CommandDefinition(database.Sql[statement], parameters, cancellationToken: cancellationToken))).AsList();

    private Task<int> ExecuteAsync(DbConnection connection, string statement, object parameters, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(new CommandDefinition(database.Sql[statement], parameters, cancellationToken: cancellationToken));

    private static object HashParameters(long orgId, IReadOnlyList<KeyedHash> hashes) => new
    {
        orgId,
        keys = hashes.Select(hash => hash.KeyId).Distinct(StringComparer.Ordinal).ToList(),
        hashes = hashes.Select(hash => hash.Hash.ToArray()).ToList(),
    };

    // A text that PostgreSQL can't take: whoever typed it into a form is told that there is no such person.
    internal static bool NobodyIs(string userName) => userName.Contains('\0', StringComparison.Ordinal);
}
