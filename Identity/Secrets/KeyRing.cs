using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace CopyTrack.Identity.Secrets;

/// <summary>
/// The live hash keys of an installation. Values are hashed as HMAC-SHA-256 over (kind, organisation, value): new ones with the newest key,
/// looked up under all live ones. Immutable, safe for use by many threads.
/// </summary>
public sealed class KeyRing
{
    // Longest text that needs no memory of its own: cards, PINs and most people of directories.
    private const int Short = 512;

    private readonly ImmutableArray<HashKey> live;

    /// <summary>
    /// A ring of <paramref name="keys"/> as of <paramref name="now"/>. Throws <see cref="ArgumentException"/> when none is live, ids repeat, or a key
    /// has fewer than 16 bytes.
    /// </summary>
    public KeyRing(IEnumerable<HashKey> keys, DateTimeOffset now)
    {
        ImmutableArray<HashKey> all = [.. keys];
        if (all.Select(key => key.Id).Distinct(StringComparer.Ordinal).Count() != all.Length)
        {
            throw new ArgumentException("two hash keys have the same id", nameof(keys));
        }
        if (all.FirstOrDefault(key => key.Material.Length < 16) is { } weak)
        {
            throw new ArgumentException($"hash key {weak.Id} is shorter than 16 bytes", nameof(keys));
        }
        live = [.. all.Where(key => key.RetiredAt is null || key.RetiredAt > now).OrderByDescending(key => key.CreatedAt).ThenByDescending(key => key.Id, StringComparer.Ordinal)];
        if (live.IsEmpty)
        {
            throw new ArgumentException("no hash key is live", nameof(keys));
        }
    }

    /// <summary>Id of the key that new hashes are made with.</summary>
    public string NewestKeyId => live[0].Id;

    /// <summary>Ids of all live keys, newest first.</summary>
    public ImmutableArray<string> LiveKeyIds => [.. live.Select(key => key.Id)];

    /// <summary>A new key made of system randomness.</summary>
    public static HashKey Generate(string id, DateTimeOffset now) => new(id, RandomNumberGenerator.GetBytes(HashKey.Length), now);

    /// <summary>The hash to store for a value: under the newest key.</summary>
    public KeyedHash Hash(string kind, long organisation, string value) => new(live[0].Id, Compute(live[0], kind, organisation, value));

    /// <summary>The same hash of a value in UTF-8, written to the first 32 octets of <paramref name="hash"/>.</summary>
    public void Hash(string kind, long organisation, ReadOnlySpan<byte> value, Span<byte> hash) => Compute(live[0], kind, organisation, value, hash);

    /// <summary>The hashes under which a value may be stored: one for each live key, newest first.</summary>
    public ImmutableArray<KeyedHash> Candidates(string kind, long organisation, string value)
    {
        KeyedHash[] hashes = new KeyedHash[live.Length];
        for (int i = 0; i < hashes.Length; i++)
        {
            hashes[i] = new KeyedHash(live[i].Id, Compute(live[i], kind, organisation, value));
        }
        return ImmutableCollectionsMarshal.AsImmutableArray(hashes);
    }

    /// <summary>
    /// Compares a value with a stored hash in fixed time. <see cref="HashMatch.No"/> also when the stored hash's key is not live.
    /// <see cref="HashMatch.Old"/> means equal, and to be stored anew under the newest key.
    /// </summary>
    public HashMatch Verify(KeyedHash stored, string kind, long organisation, string value)
    {
        HashKey? key = live.FirstOrDefault(candidate => candidate.Id == stored.KeyId);
        if (key is null || !CryptographicOperations.FixedTimeEquals(Compute(key, kind, organisation, value), stored.Hash.Span))
        {
            return HashMatch.No;
        }
        return NeedsRehash(stored.KeyId) ? HashMatch.Old : HashMatch.Yes;
    }

    /// <summary>True when a hash under this key is to be made anew at the value's next use.</summary>
    public bool NeedsRehash(string keyId) => keyId != live[0].Id;

    private static byte[] Compute(HashKey key, string kind, long organisation, string value)
    {
        int length = Encoding.UTF8.GetByteCount(value);
        Span<byte> octets = length <= Short ? stackalloc byte[Short] : new byte[length];
        Encoding.UTF8.GetBytes(value, octets);
        byte[] hash = new byte[HMACSHA256.HashSizeInBytes];
        Compute(key, kind, organisation, octets[..length], hash);
        CryptographicOperations.ZeroMemory(octets);
        return hash;
    }

    private static void Compute(HashKey key, string kind, long organisation, ReadOnlySpan<byte> value, Span<byte> hash)
    {
        // Length before kind and a fixed-width organisation: no two triples share a message.
        int kindLength = Encoding.UTF8.GetByteCount(kind);
        int length = 1 + kindLength + sizeof(long) + value.Length;
        Span<byte> message = length <= Short ? stackalloc byte[Short] : new byte[length];
        message = message[..length];
        message[0] = checked((byte)kindLength);
        Encoding.UTF8.GetBytes(kind, message[1..]);
        BinaryPrimitives.WriteInt64BigEndian(message[(1 + kindLength)..], organisation);
        value.CopyTo(message[(1 + kindLength + sizeof(long))..]);
        HMACSHA256.HashData(key.Material.Span, message, hash);
        CryptographicOperations.ZeroMemory(message);
    }
}

/// <summary>Outcome of comparing a value with a stored hash.</summary>
public enum HashMatch
{
    /// <summary>Another value, or a key that is no longer live.</summary>
    No = 0,

    /// <summary>The value, under the newest key.</summary>
    Yes = 1,

    /// <summary>The value, under an older key: store it anew.</summary>
    Old = 2,
}
