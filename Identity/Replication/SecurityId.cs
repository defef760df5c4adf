using System.Buffers.Binary;
using System.Globalization;
using CopyTrack.Identity.Ldap;

namespace CopyTrack.Identity.Replication;

/// <summary>Security identifiers of Active Directory (MS-DTYP §2.4.2.2), as far as groups need them.</summary>
public static class SecurityId
{
    private const int MaxParts = 15;

    /// <summary>The SID of an entry; null when it has none or what stands there is none.</summary>
    public static byte[]? Of(LdapEntry entry) => entry.First("objectSid") is { } value && IsOne(value.Span) ? value.ToArray() : null;

    /// <summary>The SID of an entry's primary group: its own domain with <c>primaryGroupID</c>; null without either.</summary>
    public static byte[]? PrimaryGroup(LdapEntry entry)
    {
        if (!uint.TryParse(entry.Text("primaryGroupID"), NumberStyles.None, CultureInfo.InvariantCulture, out var id) || Of(entry) is not { } sid)
        {
            return null;
        }

        // The last part tells members of a domain apart.
        BinaryPrimitives.WriteUInt32LittleEndian(sid.AsSpan(sid.Length - 4), id);
        return sid;
    }

    private static bool IsOne(ReadOnlySpan<byte> value) => value is [1, > 0 and <= MaxParts and var parts, ..] && value.Length == 8 + (parts * 4);
}
