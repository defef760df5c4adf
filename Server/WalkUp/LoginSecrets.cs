using System.Collections.Immutable;
using System.Security.Cryptography;
using CopyTrack.Identity.Cards;
using CopyTrack.Identity.Login;
using CopyTrack.Identity.Secrets;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Secrets;
using CopyTrack.Terminal.Protocol.Messages;

namespace CopyTrack.Server.WalkUp;

/// <summary>Turns what was shown into keyed hashes: card numbers through the terminal's rules, PINs as they are. Clear values end here.</summary>
internal sealed class LoginSecrets(IHashKeys rings, CardRepository cards, PinRepository pins)
{
    /// <summary>The question that a login asks; a card text that no rule takes asks for nobody.</summary>
    public LoginQuestion Question(ConnectedTerminal terminal, Credential credential, string? attempt)
    {
        var (card, pin) = Values(terminal.Rules, credential);
        return new LoginQuestion(
            terminal.OrgId, terminal.Link.TerminalId, terminal.DeviceId, attempt,
            card is null ? [] : rings.Current.Candidates(HashKinds.Card, terminal.OrgId, card),
            pin is null ? [] : rings.Current.Candidates(HashKinds.Pin, terminal.OrgId, pin));
    }

    /// <summary>Compares the submitted PIN with the stored one, in fixed time.</summary>
    public static SecretCheck Check(KeyedHash? stored, ImmutableArray<KeyedHash> submitted)
    {
        if (stored is not { } kept)
        {
            return SecretCheck.Wrong;
        }

        var right = false;
        foreach (var candidate in submitted)
        {
            right |= candidate.KeyId == kept.KeyId & CryptographicOperations.FixedTimeEquals(candidate.Hash.Span, kept.Hash.Span);
        }

        return right ? SecretCheck.Right : SecretCheck.Wrong;
    }

    /// <summary>True when a hash under this key should be made anew.</summary>
    public bool NeedsRehash(string keyId) => rings.Current.NeedsRehash(keyId);

    /// <summary>The canonical card number of a reader's text, or null when it is none.</summary>
    public static string? CardNumber(CardRule rules, string readerText) => rules.Apply(readerText);

    /// <summary>What a log may show of the card: at most four digits of its end, and never more than half of it. Null without a card.</summary>
    public static string? CardSuffix(CardRule rules, Credential credential) => Values(rules, credential).Card is { } card ? Suffix(card) : null;

    /// <inheritdoc cref="CardSuffix"/>
    public static string Suffix(string card) => card[^Math.Min(4, card.Length / 2)..];

    /// <summary>All live hashes of a card number.</summary>
    public ImmutableArray<KeyedHash> CardCandidates(long orgId, string card) => rings.Current.Candidates(HashKinds.Card, orgId, card);

    /// <summary>The hash to store for a card number.</summary>
    public KeyedHash CardHash(long orgId, string card) => rings.Current.Hash(HashKinds.Card, orgId, card);

    /// <summary>All live hashes of an activation code.</summary>
    public ImmutableArray<KeyedHash> CodeCandidates(long orgId, string code) => rings.Current.Candidates(HashKinds.ActivationCode, orgId, code);

    /// <summary>Stores the values again under the newest key.</summary>
    public async Task RehashAsync(long orgId, long personId, Credential credential, CardRule rules, Rehash what, CancellationToken cancellationToken)
    {
        var (card, pin) = Values(rules, credential);
        if (what.HasFlag(Rehash.Card) && card is not null)
        {
            var newest = rings.Current.Hash(HashKinds.Card, orgId, card);
            foreach (var old in rings.Current.Candidates(HashKinds.Card, orgId, card).Where(c => c.KeyId != newest.KeyId))
            {
                await cards.RehashAsync(orgId, old, newest, cancellationToken);
            }
        }

        if (what.HasFlag(Rehash.Pin) && pin is not null)
        {
            var newest = rings.Current.Hash(HashKinds.Pin, orgId, pin);
            foreach (var old in rings.Current.Candidates(HashKinds.Pin, orgId, pin).Where(c => c.KeyId != newest.KeyId))
            {
                await pins.RehashAsync(personId, old, newest, cancellationToken);
            }
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
