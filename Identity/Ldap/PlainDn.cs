using System.Buffers;
using System.Text;

namespace CopyTrack.Identity.Ldap;

/// <summary>The normal form of names as nearly all are: ASCII without any escape. Listings have one for each member of each group.</summary>
internal static class PlainDn
{
    /// <summary>Longest name that is taken.</summary>
    public const int MaxLength = 1024;

    private static readonly SearchValues<byte> s_type = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-."u8);
    private static readonly SearchValues<byte> s_value = SearchValues.Create(
        " !$%&'()*-./0123456789:?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_`abcdefghijklmnopqrstuvwxyz{|}~"u8);

    /// <summary>
    /// Writes the normal form (<see cref="LdapDn.Key(string)"/>) of <paramref name="dn"/> into <paramref name="target"/>, which is as long, and returns its length; -1 for a
    /// name with anything that needs a closer look.
    /// </summary>
    public static int Normalize(ReadOnlySpan<byte> dn, Span<byte> target)
    {
        var length = 0;
        while (true)
        {
            var equals = dn.IndexOf((byte)'=');
            var type = equals < 0 ? default : dn[..equals].Trim((byte)' ');
            if (type.IsEmpty || type.IndexOfAnyExcept(s_type) >= 0)
            {
                return -1;
            }

            length += Lower(type, target[length..]);
            target[length++] = (byte)'=';
            dn = dn[(equals + 1)..];
            var comma = dn.IndexOf((byte)',');
            var value = (comma < 0 ? dn : dn[..comma]).Trim((byte)' ');
            if (value.IndexOfAnyExcept(s_value) >= 0 || value.IndexOf("  "u8) >= 0)
            {
                return -1;
            }

            length += Lower(value, target[length..]);
            if (comma < 0)
            {
                return length;
            }

            dn = dn[(comma + 1)..];
            target[length++] = (byte)',';
        }
    }

    private static int Lower(ReadOnlySpan<byte> from, Span<byte> to)
    {
        _ = Ascii.ToLower(from, to, out var written);
        return written;
    }
}
