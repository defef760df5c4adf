using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using CopyTrack.Terminal.Enrolment;
using CopyTrack.Terminal.Machine;

namespace CopyTrack.Terminal.Offline;

/// <summary>
/// Offline tokens beside an HMAC-SHA-256 of their card under a key of this terminal's own. No card number is ever written.
/// Not thread-safe: the terminal's loop owns it.
/// </summary>
internal sealed class CardVault
{
    private const string KeyFile = "offline.key", TokenFile = "offline-tokens.json";
    private const int MaxEntries = 5000;
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromMinutes(2);
    private readonly KeyFolder folder;
    private readonly Dictionary<string, Entry> entries;
    private readonly byte[] key;

    private sealed record Entry(string Card, string Token, ImmutableArray<string> Functions, DateTimeOffset StoredAt, DateTimeOffset ExpiresAt);

    /// <summary>Loads key and tokens, making the key at first. A damaged token file counts as empty: tokens come again with the next logins.</summary>
    internal CardVault(KeyFolder folder)
    {
        this.folder = folder;
        if (folder.Read(KeyFile) is { Length: 32 } kept)
        {
            key = kept;
        }
        else
        {
            key = RandomNumberGenerator.GetBytes(32);
            folder.Write(KeyFile, key);
        }
        entries = Load(folder.Read(TokenFile));
    }

    /// <summary>The grant for a card, or null when there is none, it has expired, or the clock was set back.</summary>
    internal OfflineGrant? Find(string card, DateTimeOffset now) =>
        entries.TryGetValue(Mark(card), out var entry) && now < entry.ExpiresAt && now > entry.StoredAt - ClockTolerance
            ? new OfflineGrant(entry.Token, entry.Functions, entry.ExpiresAt) : null;

    /// <summary>Keeps a grant, durable on return; expired ones go.</summary>
    internal void Keep(string card, OfflineGrant grant, DateTimeOffset now)
    {
        foreach (var old in entries.Values.Where(entry => entry.ExpiresAt <= now).ToArray())
        {
            entries.Remove(old.Card);
        }
        if (entries.Count >= MaxEntries)
        {
            entries.Remove(entries.Values.MinBy(entry => entry.ExpiresAt)!.Card);
        }
        var mark = Mark(card);
        entries[mark] = new Entry(mark, grant.Token, grant.Functions, now, grant.ExpiresAt);
        Save();
    }

    /// <summary>Forgets one card's grant, or all of them.</summary>
    internal void Forget(string? card)
    {
        var before = entries.Count;
        if (card is null)
        {
            entries.Clear();
        }
        else
        {
            entries.Remove(Mark(card));
        }
        if (entries.Count != before)
        {
            Save();
        }
    }

    private void Save() => folder.Write(TokenFile, JsonSerializer.SerializeToUtf8Bytes(entries.Values.ToArray()));

    /// <summary>As the server compares numbers: case does not matter; blanks, colons and dashes are dropped (docs/terminal-protocol.md §3).</summary>
    private string Mark(string card)
    {
        var number = string.Concat(card.Where(c => c is not (' ' or ':' or '-'))).ToUpperInvariant();
        return Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(number)));
    }

    private static Dictionary<string, Entry> Load(byte[]? bytes)
    {
        try
        {
            return (bytes is null ? [] : JsonSerializer.Deserialize<Entry[]>(bytes) ?? []).ToDictionary(entry => entry.Card, StringComparer.Ordinal);
        }
        catch (Exception fault) when (fault is JsonException or ArgumentException)
        {
            return [];
        }
    }
}
