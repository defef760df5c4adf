using System.Collections.Immutable;
using CopyTrack.Identity.Secrets;
using Dapper;

namespace CopyTrack.Server.Data.Repositories;

/// <summary>What became of a card that was to be registered by its owner.</summary>
public abstract record RegistrationOutcome
{
    private RegistrationOutcome() { }

    /// <summary>The card is the person's now, and the code is used up.</summary>
    public sealed record Registered(string UserName, string? DisplayName) : RegistrationOutcome;

    /// <summary>No live code of that text.</summary>
    public sealed record WrongCode : RegistrationOutcome;

    /// <summary>The card belongs to someone; the code stays good.</summary>
    public sealed record CardTaken : RegistrationOutcome;
}

/// <summary>Card self-registration and the renewal of hashes under the newest key.</summary>
public sealed class CardRegistration(IDatabase database, IdGenerator ids)
{
    private sealed record CodeRow(long Id, long PersonId, string UserName, string? DisplayName);

    /// <summary>Uses the code and adds the card in one transaction.</summary>
    public Task<RegistrationOutcome> RegisterAsync(
        long org, ImmutableArray<KeyedHash> codes, ImmutableArray<KeyedHash> cards, KeyedHash card, string suffix, DateTimeOffset now, CancellationToken cancellationToken) =>
        database.WriteAsync<RegistrationOutcome>(
            async (c, ct) =>
            {
                CodeRow? code = null;
                foreach (var candidate in codes)
                {
                    code ??= await c.QuerySingleOrDefaultAsync<CodeRow>(Command("ActivationCode_Find", new { org, hash = candidate.Hash.ToArray(), now }, ct));
                }

                if (code is null)
                {
                    return new RegistrationOutcome.WrongCode();
                }

                foreach (var candidate in cards)
                {
                    if (await c.QuerySingleOrDefaultAsync<long?>(Command("Card_Owner", new { org, keyId = candidate.KeyId, hash = candidate.Hash.ToArray() }, ct)) is not null)
                    {
                        return new RegistrationOutcome.CardTaken();
                    }
                }

                if (await c.ExecuteAsync(Command("ActivationCode_Use", new { id = code.Id, now }, ct)) == 0)
                {
                    return new RegistrationOutcome.WrongCode();
                }

                await c.ExecuteAsync(Command(
                    "Card_Register",
                    new { id = ids.Next(), org, keyId = card.KeyId, hash = card.Hash.ToArray(), suffix, person = code.PersonId, addedBy = "activation code", now }, ct));
                return new RegistrationOutcome.Registered(code.UserName, code.DisplayName);
            },
            cancellationToken);

    /// <summary>Replaces the person's card stored under any of <paramref name="old"/> by <paramref name="renewed"/>.</summary>
    public Task RenewCardAsync(long org, long person, ImmutableArray<KeyedHash> old, KeyedHash renewed, CancellationToken cancellationToken) => database.WriteAsync(
        async (c, ct) =>
        {
            foreach (var candidate in old)
            {
                await c.ExecuteAsync(Command(
                    "Card_Renew", new { org, person, oldKeyId = candidate.KeyId, oldHash = candidate.Hash.ToArray(), keyId = renewed.KeyId, hash = renewed.Hash.ToArray() }, ct));
            }

            return 0;
        },
        cancellationToken);

    /// <summary>Replaces the person's PIN hash.</summary>
    public Task RenewPinAsync(long org, long person, KeyedHash renewed, CancellationToken cancellationToken) => database.WriteAsync(
        (c, ct) => c.ExecuteAsync(Command("Pin_Renew", new { org, person, keyId = renewed.KeyId, hash = renewed.Hash.ToArray() }, ct)), cancellationToken);

    /// <summary>Keeps the answer to a failed login attempt; false when it was kept already.</summary>
    public async Task<bool> KeepAttemptAsync(string terminal, string attempt, DateTimeOffset at, long device, string reply, CancellationToken cancellationToken) =>
        await database.WriteAsync(
            (c, ct) => c.ExecuteAsync(Command("LoginAttempt_Add", new { terminal, attempt, at, device, reply }, ct)), cancellationToken) == 1;

    private CommandDefinition Command(string statement, object parameters, CancellationToken cancellationToken) =>
        new(database.Sql[statement], parameters, cancellationToken: cancellationToken);
}
