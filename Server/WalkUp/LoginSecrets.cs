using System.Collections.Immutable;
using System.Security.Cryptography;
using CopyTrack.Identity.Cards;
using CopyTrack.Identity.Login;
using CopyTrack.Identity.Secrets;
using CopyTrack.Server.Data;
using CopyTrack.Terminal.Protocol.Messages;

namespace CopyTrack.Server.WalkUp;

/// <summary>Turns what was shown into keyed hashes: card numbers through the terminal's rules, PINs as they are. Clear values end here.</summary>
internal sealed class LoginSecrets(KeyRing ring, IRehash rehash)
{
    /// <summary>Kinds under which values are hashed.</summary>
    public const string CardKind = "card", PinKind = "pin";

    /// <summary>The question that a login asks; a card text that no rule takes asks for nobody.</summary>
    public LoginQuestion Question(ConnectedTerminal terminal, Credential credential, string? attempt)
    {
        var (card, pin) = Values(terminal.Rules, credential);
        return new LoginQuestion(
            terminal.OrgId, terminal.Link.TerminalId, terminal.DeviceId, attempt,
            card is null ? [] : ring.Candidates(CardKind, terminal.OrgId, card),
            pin is null ? [] : ring.Candidates(PinKind, terminal.OrgId, pin));
    }

    /// <summary>Compares the submitted PIN with the stored one, in fixed time.</summary>
    public static SecretCheck Check(KeyedHash? stored, ImmutableArray<KeyedHash> submitted)
    {
        if (stored is null)
        {
            return SecretCheck.Wrong;
        }

        var right = false;
        foreach (var candidate in submitted)
        {
            right |= candidate.KeyId == stored.KeyId & CryptographicOperations.FixedTimeEquals(candidate.Value.AsSpan(), stored.Value.AsSpan());
        }

        return right ? SecretCheck.Right : SecretCheck.Wrong;
    }

    /// <summary>True when a hash under this key should be made anew.</summary>
    public bool NeedsRehash(string keyId) => ring.NeedsRehash(keyId);

    /// <summary>The canonical card number of a reader's text, or null when it is none.</summary>
    public static string? CardNumber(CardRule rules, string readerText) => rules.Apply(readerText);

    /// <summary>All live hashes of a card number.</summary>
    public ImmutableArray<KeyedHash> CardCandidates(long orgId, string card) => ring.Candidates(CardKind, orgId, card);

    /// <summary>The hash to store for a card number.</summary>
    public KeyedHash CardHash(long orgId, string card) => ring.Hash(CardKind, orgId, card);

    /// <summary>Stores the values again under the newest key.</summary>
    public async Task RehashAsync(long orgId, long personId, Credential credential, CardRule rules, Rehash what, CancellationToken cancellationToken)
    {
        var (card, pin) = Values(rules, credential);
        if (what.HasFlag(Rehash.Card) && card is not null)
        {
            await rehash.CardAsync(orgId, personId, ring.Candidates(CardKind, orgId, card), ring.Hash(CardKind, orgId, card), cancellationToken);
        }

        if (what.HasFlag(Rehash.Pin) && pin is not null)
        {
            await rehash.PinAsync(orgId, personId, ring.Hash(PinKind, orgId, pin), cancellationToken);
        }
    }

    private static (string? Card, string? Pin) Values(CardRule rules, Credential credential) => credential switch
    {
        Credential.Card c => (rules.Apply(c.Number), null),
        Credential.CardAndPin c => (rules.Apply(c.Number), c.Digits),
        Credential.Pin p => (null, p.Digits),
        _ => (null, null),
    };
}

/// <summary>Replaces stored hashes by ones under the newest key.</summary>
internal interface IRehash
{
    /// <summary>Replaces the person's card stored under any of <paramref name="old"/>.</summary>
    Task CardAsync(long orgId, long personId, ImmutableArray<KeyedHash> old, KeyedHash now, CancellationToken cancellationToken);

    /// <summary>Replaces the person's PIN.</summary>
    Task PinAsync(long orgId, long personId, KeyedHash now, CancellationToken cancellationToken);
}
