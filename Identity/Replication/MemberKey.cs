using CopyTrack.Identity.Ldap;

namespace CopyTrack.Identity.Replication;

/// <summary>
/// The key by which a group names a member. In Active Directory a rename or move changes the members of groups without touching the groups, so
/// there it is the objectGUID, which the extended form of names holds; elsewhere it is the key of the name.
/// </summary>
public static class MemberKey
{
    private const string Guid = "<GUID=";

    /// <summary>The key of an entry with that id and name.</summary>
    public static byte[] Of(byte[] uuid, string dn, bool byId) => byId ? uuid : LdapDn.Key(dn);

    /// <summary>The key of a value of <c>member</c>.</summary>
    public static byte[] OfValue(string value, bool byId)
    {
        if (byId && value.StartsWith(Guid, StringComparison.Ordinal) && value.IndexOf('>', StringComparison.Ordinal) is > 0 and var end
            && System.Guid.TryParse(value.AsSpan(Guid.Length, end - Guid.Length), out var id))
        {
            // In the octets of objectGUID the first three fields are little-endian, as in System.Guid.
            return id.ToByteArray();
        }

        return LdapDn.Key(value);
    }

    /// <summary>The same of a value as it stands in a message; null for octets that are no text.</summary>
    public static byte[]? OfValue(ReadOnlySpan<byte> value, bool byId) =>
        !byId ? LdapDn.Key(value) : LdapEntry.ToText(value) is { } text ? OfValue(text, byId) : null;

    /// <summary>The name by which to ask for the entry itself.</summary>
    public static string Address(byte[] uuid, string dn, bool byId) => byId ? $"{Guid}{new System.Guid(uuid)}>" : dn;
}
