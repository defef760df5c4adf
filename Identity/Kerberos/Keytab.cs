using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;
using CopyTrack.Identity.Kerberos.Crypto;
using CopyTrack.Identity.Kerberos.Messages;

namespace CopyTrack.Identity.Kerberos;

/// <summary>One key of a keytab.</summary>
public sealed record KeytabEntry(Principal Principal, uint Version, EncryptionKey Key);

/// <summary>
/// The keys in a keytab file, format 0x0502 as MIT and Samba write it. Entries of other encryption types than ours are left out: they could open nothing that we
/// accept.
/// </summary>
public sealed class Keytab
{
    private const int MaxEntries = 4096;

    private Keytab(ImmutableArray<KeytabEntry> entries) => Entries = entries;

    /// <summary>The usable entries in their order.</summary>
    public ImmutableArray<KeytabEntry> Entries { get; }

    /// <summary>Reads a whole file. Throws <see cref="FormatException"/> with the reason when it is no keytab; never reads past the end for any bytes.</summary>
    public static Keytab Read(ReadOnlySpan<byte> file)
    {
        if (file is not [5, 2, ..])
        {
            throw new FormatException("not a keytab of version 0x0502");
        }

        var entries = ImmutableArray.CreateBuilder<KeytabEntry>();
        for (var rest = file[2..]; rest.Length >= 4;)
        {
            var size = BinaryPrimitives.ReadInt32BigEndian(rest);
            rest = rest[4..];
            // A negative size is a hole where an entry was removed.
            var length = Math.Abs((long)size);
            if (size == 0 || length > rest.Length)
            {
                throw new FormatException("an entry is longer than the file");
            }

            if (size > 0 && ReadEntry(rest[..size]) is { } entry)
            {
                entries.Add(entry);
            }

            rest = rest[(int)length..];
            if (entries.Count > MaxEntries)
            {
                throw new FormatException("too many entries");
            }
        }

        return new Keytab(entries.ToImmutable());
    }

    /// <summary>
    /// The key of a service for a ticket. A ticket without a version takes the newest key of the type. Null when there is none.
    /// </summary>
    public EncryptionKey? Find(Principal service, int etype, uint? version) => Entries
        .Where(e => e.Principal == service && e.Key.Profile.Etype == etype && (version is null || e.Version == version))
        .MaxBy(e => e.Version)?.Key;

    /// <summary>What there is of a service, for an administrator: versions and types.</summary>
    public string Describe(Principal service) => string.Join(", ", Entries.Where(e => e.Principal == service).Select(e => $"kvno {e.Version} {e.Key.Profile.Name}")) is { Length: > 0 } keys
        ? keys
        : "no key of " + service;

    private static KeytabEntry? ReadEntry(ReadOnlySpan<byte> entry)
    {
        var parts = BinaryPrimitives.ReadUInt16BigEndian(Take(ref entry, 2));
        var realm = Text(ref entry);
        List<string> names = [];
        for (var i = 0; i < parts; i++)
        {
            names.Add(Text(ref entry));
        }

        var type = BinaryPrimitives.ReadInt32BigEndian(Take(ref entry, 4));
        Take(ref entry, 4);
        uint version = Take(ref entry, 1)[0];
        var etype = BinaryPrimitives.ReadUInt16BigEndian(Take(ref entry, 2));
        var key = Take(ref entry, BinaryPrimitives.ReadUInt16BigEndian(Take(ref entry, 2)));
        if (entry.Length >= 4 && BinaryPrimitives.ReadUInt32BigEndian(entry) is var wide and not 0)
        {
            version = wide;
        }

        return EncryptionProfile.Find(etype) is { } profile && key.Length == profile.KeySize && names.Count > 0
            ? new KeytabEntry(new Principal(new PrincipalName(type, [.. names]), realm), version, new EncryptionKey(profile, key.ToArray()))
            : null;
    }

    private static string Text(ref ReadOnlySpan<byte> entry) => Encoding.UTF8.GetString(Take(ref entry, BinaryPrimitives.ReadUInt16BigEndian(Take(ref entry, 2))));

    private static ReadOnlySpan<byte> Take(ref ReadOnlySpan<byte> entry, int count)
    {
        if (entry.Length < count)
        {
            throw new FormatException("an entry is cut off");
        }

        var taken = entry[..count];
        entry = entry[count..];
        return taken;
    }
}
