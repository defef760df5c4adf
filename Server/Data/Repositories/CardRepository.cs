using System.Collections.Immutable;
using CopyTrack.Identity.Secrets;
using Dapper;

namespace CopyTrack.Server.Data.Repositories;

/// <summary>What the registration of a card came to.</summary>
public abstract record CardRegistration
{
    private CardRegistration() { }

    /// <summary>The card is the person's now, or was already.</summary>
    public sealed record Registered(PersonRow Person) : CardRegistration;

    /// <summary>The code is nobody's, used up or expired.</summary>
    public sealed record WrongCode : CardRegistration;

    /// <summary>The card belongs to someone else; the code stays good.</summary>
    public sealed record CardTaken : CardRegistration;
}

/// <summary>How many stored hashes still need a key.</summary>
public sealed record KeyUse
{
    public required string KeyId { get; init; }
    public required long Count { get; init; }
}

/// <summary>Cards as keyed hashes, and the activation codes with which people register theirs.</summary>
public sealed class CardRepository(IDatabase database, AuditLog audit, IdGenerator ids, TimeProvider time)
{
    /// <summary>How long an activation code is good.</summary>
    public static readonly TimeSpan CodeLifetime = TimeSpan.FromDays(14);

    /// <summary>
    /// Registers a card by an activation code, all in one transaction: the code is used up by success only. <paramref name="cards"/> and
    /// <paramref name="codes"/> are the hashes under all live keys, newest first; <paramref name="suffix"/> is what may be shown of the number.
    /// </summary>
    public Task<CardRegistration> RegisterAsync(
        long orgId, ImmutableArray<KeyedHash> codes, ImmutableArray<KeyedHash> cards, string? suffix, string actor, CancellationToken cancellationToken) =>
        database.WriteAsync<CardRegistration>(
            async (connection, ct) =>
            {
                var now = time.GetUtcNow();
                var hashes = codes.Select(code => code.Hash.ToArray()).ToList();
                var code = await connection.QueryFirstOrDefaultAsync<CodeRow>(new CommandDefinition(
                    database.Sql["ActivationCode_Find"], new { orgId, hashes, now }, cancellationToken: ct));
                if (code is null)
                {
                    return new CardRegistration.WrongCode();
                }

                var owner = await OwnerAsync(connection, orgId, cards, ct);
                if (owner is { } other && other.PersonId != code.PersonId)
                {
                    return new CardRegistration.CardTaken();
                }

                // Of two registrations with one code at the same time, one finds it used.
                if (await connection.ExecuteAsync(new CommandDefinition(database.Sql["ActivationCode_Use"], new { id = code.Id, now }, cancellationToken: ct)) == 0)
                {
                    return new CardRegistration.WrongCode();
                }

                return await BindAsync(connection, orgId, code.PersonId, owner is null ? cards[0] : null, suffix, actor, now, ct);
            },
            cancellationToken);

    /// <summary>Registers a card for a person who has proven themselves otherwise (by password). The card may be theirs already.</summary>
    public Task<CardRegistration> RegisterForAsync(
        long orgId, long personId, ImmutableArray<KeyedHash> cards, string? suffix, string actor, CancellationToken cancellationToken) =>
        database.WriteAsync<CardRegistration>(
            async (connection, ct) =>
            {
                var owner = await OwnerAsync(connection, orgId, cards, ct);
                return owner is { } other && other.PersonId != personId
                    ? new CardRegistration.CardTaken()
                    : await BindAsync(connection, orgId, personId, owner is null ? cards[0] : null, suffix, actor, time.GetUtcNow(), ct);
            },
            cancellationToken);

    /// <summary>Makes a new activation code valid for the person; older ones end. <paramref name="hash"/> is under the newest key.</summary>
    public Task AddCodeAsync(long orgId, long personId, KeyedHash hash, string actor, CancellationToken cancellationToken) => database.WriteAsync(
        async (connection, ct) =>
        {
            var now = time.GetUtcNow();
            await connection.ExecuteAsync(new CommandDefinition(database.Sql["ActivationCode_End"], new { personId }, cancellationToken: ct));
            await connection.ExecuteAsync(new CommandDefinition(
                database.Sql["ActivationCode_Add"],
                new { id = ids.Next(), orgId, personId, hash = hash.Hash.ToArray(), now, expiresAt = now + CodeLifetime },
                cancellationToken: ct));
            await audit.AddAsync(connection, orgId, actor, "person.activationCode", $"person:{personId}", null, null, ct);
            return true;
        },
        cancellationToken);

    /// <summary>
    /// Gives a card that was shown at a terminal, and that nobody had, to a person: <paramref name="accessId"/> is the line of the access log that tells of it.
    /// <paramref name="liveKeys"/> are the ids of the hash keys that are live.
    /// </summary>
    public Task<CardAssignment> AssignAsync(long orgId, long accessId, string userName, IReadOnlyCollection<string> liveKeys, string actor, CancellationToken cancellationToken) => database.WriteAsync<CardAssignment>(
        async (connection, ct) =>
        {
            var shown = await connection.QuerySingleOrDefaultAsync<ShownCard>(new CommandDefinition(database.Sql["AccessLog_Card"], new { orgId, id = accessId }, cancellationToken: ct));
            if (shown is null)
            {
                return new CardAssignment.NoCard();
            }

            if (!liveKeys.Contains(shown.KeyId))
            {
                return new CardAssignment.OldKey();
            }

            var person = PersonRepository.NobodyIs(userName) ? null : await connection.QuerySingleOrDefaultAsync<PersonRow>(new CommandDefinition(
                database.Sql["Person_FindByName"], new { orgId, folded = NameFolding.Fold(userName) }, cancellationToken: ct));
            if (person is null)
            {
                return new CardAssignment.NoPerson();
            }

            var card = new KeyedHash(shown.KeyId, shown.Hash);
            var owner = await OwnerAsync(connection, orgId, [card], ct);
            return owner is { } other && other.PersonId != person.Id
                ? new CardAssignment.Taken()
                : new CardAssignment.Assigned((await BindAsync(connection, orgId, person.Id, owner is null ? card : null, shown.Told, actor, time.GetUtcNow(), ct)).Person);
        },
        cancellationToken);

    /// <summary>Who has the card; null when nobody.</summary>
    public Task<long?> FindOwnerAsync(long orgId, ImmutableArray<KeyedHash> cards, CancellationToken cancellationToken) => database.ReadAsync(
        async (connection, ct) => (await OwnerAsync(connection, orgId, cards, ct))?.PersonId, cancellationToken);

    /// <summary>Removes a card by its id if it is the person's; false when it is not. <paramref name="lost"/> tells in the audit log that somebody reported it so.</summary>
    public Task<bool> RemoveAsync(long orgId, long personId, long cardId, string actor, bool lost, CancellationToken cancellationToken) => database.WriteAsync(
        async (connection, ct) =>
        {
            var cards = await connection.QueryAsync<CardRow>(new CommandDefinition(database.Sql["Card_ListByPersons"], new { ids = new[] { personId } }, cancellationToken: ct));
            if (!cards.Any(card => card.Id == cardId && card.OrgId == orgId))
            {
                return false;
            }

            await connection.ExecuteAsync(new CommandDefinition(database.Sql["Card_Delete"], new { personId, id = cardId }, cancellationToken: ct));
            await audit.AddAsync(connection, orgId, actor, lost ? "card.lost" : "card.remove", $"person:{personId}", new AuditValues().Add("card", $"card:{cardId}", null), ct);
            return true;
        },
        cancellationToken);

    /// <summary>Stores the hash of a card, found under an older key, anew under <paramref name="newest"/>. Nothing happens when it is gone.</summary>
    public Task RehashAsync(long orgId, KeyedHash found, KeyedHash newest, CancellationToken cancellationToken) => database.WriteAsync(
        (connection, ct) => connection.ExecuteAsync(new CommandDefinition(
            database.Sql["Card_Rehash"],
            new { orgId, oldKeyId = found.KeyId, oldHash = found.Hash.ToArray(), keyId = newest.KeyId, hash = newest.Hash.ToArray() }, cancellationToken: ct)),
        cancellationToken);

    /// <summary>How many cards each key still holds: an old key may be retired when it holds none.</summary>
    public Task<IReadOnlyList<KeyUse>> CountByKeyAsync(CancellationToken cancellationToken) => database.ReadAsync<IReadOnlyList<KeyUse>>(
        async (connection, ct) => (await connection.QueryAsync<KeyUse>(new CommandDefinition(database.Sql["Card_CountByKey"], cancellationToken: ct))).AsList(),
        cancellationToken);

    /// <summary>Adds the card unless it is null (the person's already).</summary>
    private async Task<CardRegistration.Registered> BindAsync(
        System.Data.Common.DbConnection connection, long orgId, long personId, KeyedHash? card, string? suffix, string actor, DateTimeOffset now, CancellationToken ct)
    {
        if (card is { } added)
        {
            var row = new CardRow { Id = ids.Next(), OrgId = orgId, PersonId = personId, KeyId = added.KeyId, Hash = added.Hash.ToArray(), Suffix = suffix, AddedBy = actor, AddedAt = now };
            await connection.ExecuteAsync(new CommandDefinition(database.Sql["Card_Add"], row, cancellationToken: ct));
            await audit.AddAsync(connection, orgId, actor, "card.register", $"person:{personId}", new AuditValues().Add("card", null, $"card:{row.Id}"), ct);
        }

        var person = await connection.QuerySingleAsync<PersonRow>(new CommandDefinition(database.Sql["Person_Get"], new { id = personId }, cancellationToken: ct));
        return new CardRegistration.Registered(person);
    }

    private async Task<CardRow?> OwnerAsync(System.Data.Common.DbConnection connection, long orgId, ImmutableArray<KeyedHash> cards, CancellationToken cancellationToken) =>
        await connection.QueryFirstOrDefaultAsync<CardRow>(new CommandDefinition(
            database.Sql["Card_FindByHashes"],
            new { orgId, keys = cards.Select(card => card.KeyId).ToList(), hashes = cards.Select(card => card.Hash.ToArray()).ToList() },
            cancellationToken: cancellationToken));

    private sealed record ShownCard
    {
        public required string KeyId { get; init; }
        public required byte[] Hash { get; init; }
        public string? Suffix { get; init; }

        /// <summary>The two signs that people see: the log's four come from a number of eight or more.</summary>
        public string? Told => Suffix is { Length: 4 } ? Suffix[^2..] : null;
    }

    private sealed record CodeRow
    {
        public required long Id { get; init; }
        public required long PersonId { get; init; }
    }
}
