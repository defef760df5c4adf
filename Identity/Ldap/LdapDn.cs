using System.Security.Cryptography;
using System.Text;

namespace CopyTrack.Identity.Ldap;

/// <summary>Distinguished names (RFC 4514): written by escaping only, and compared by a key.</summary>
public static class LdapDn
{
    /// <summary>Length of a key in octets.</summary>
    public const int KeyLength = 16;

    private const int MaxLength = 8192;

    /// <summary>A value as it stands in a name (RFC 4514 §2.4).</summary>
    public static string Escape(string value)
    {
        var text = new StringBuilder(value.Length + 8);
        for (var i = 0; i < value.Length; i++)
        {
            var c = value[i];
            if (c < ' ' || c == '\x7F')
            {
                text.Append('\\').Append(((int)c).ToString("x2", System.Globalization.CultureInfo.InvariantCulture));
                continue;
            }

            var edge = (i == 0 && c is ' ' or '#') || (i == value.Length - 1 && c == ' ');
            _ = c is '"' or '+' or ',' or ';' or '<' or '>' or '\\' or '=' || edge ? text.Append('\\').Append(c) : text.Append(c);
        }

        return text.ToString();
    }

    /// <summary>The name of a child: attribute, value, parent.</summary>
    public static string Child(string attribute, string value, string parent) => $"{attribute}={Escape(value)}{(parent.Length == 0 ? "" : ",")}{parent}";

    /// <summary>
    /// A key under which equal names are equal: half of the SHA-256 of the name in a normal form (types and values without regard to case,
    /// spaces and the way of escaping, parts of a multi-valued RDN in order). A name that can't be read has a key too, of its bare text.
    /// </summary>
    public static byte[] Key(string dn)
    {
        if (dn.Length <= PlainDn.MaxLength)
        {
            Span<byte> octets = stackalloc byte[PlainDn.MaxLength];
            if (Ascii.FromUtf16(dn, octets, out var length) == System.Buffers.OperationStatus.Done && PlainKey(octets[..length]) is { } key)
            {
                return key;
            }
        }

        return Hash(Encoding.UTF8.GetBytes(Normal(dn)));
    }

    /// <summary>The key of a name as it stands in a message; null for octets that are no UTF-8.</summary>
    public static byte[]? Key(ReadOnlySpan<byte> dn) => PlainKey(dn) ?? (LdapEntry.ToText(dn) is { } text ? Key(text) : null);

    private static byte[]? PlainKey(ReadOnlySpan<byte> dn)
    {
        Span<byte> normal = stackalloc byte[PlainDn.MaxLength];
        return dn.Length <= PlainDn.MaxLength && PlainDn.Normalize(dn, normal) is >= 0 and var length ? Hash(normal[..length]) : null;
    }

    private static byte[] Hash(ReadOnlySpan<byte> normal)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(normal, hash);
        return hash[..KeyLength].ToArray();
    }

    /// <summary>The value of the first RDN, such as the <c>cn</c> of a group; null for a name that can't be read.</summary>
    public static string? FirstValue(string dn)
    {
        try
        {
            return Read(dn) is [[(_, var value), ..], ..] ? value : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    /// <summary>True when the text is a name; the empty text is not.</summary>
    public static bool IsValid(string dn)
    {
        try
        {
            return Read(dn).Count > 0;
        }
        catch (FormatException)
        {
            return false;
        }
    }

    /// <summary>The Kerberos realm that an Active Directory's base names: <c>dc=ad,dc=example</c> gives <c>AD.EXAMPLE</c>; null without such parts.</summary>
    public static string? Realm(string dn)
    {
        try
        {
            var parts = Read(dn).Where(rdn => rdn is [("dc", _)]).Select(rdn => rdn[0].Value.ToUpperInvariant()).ToList();
            return parts.Count > 0 ? string.Join('.', parts) : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    /// <summary>The normal form, by the long way.</summary>
    internal static string Normal(string dn)
    {
        try
        {
            return string.Join(',', Read(dn).Select(rdn => string.Join('+', rdn
                .Select(ava => ava.Type + "=" + Escape(Fold(ava.Value))).Order(StringComparer.Ordinal))));
        }
        catch (FormatException)
        {
            return "?" + Fold(dn);
        }
    }

    /// <summary>Case, compatibility form and runs of spaces do not count (RFC 4518 in short).</summary>
    private static string Fold(string value)
    {
        var folded = (Ascii.IsValid(value) ? value : value.Normalize(NormalizationForm.FormKC)).ToLowerInvariant().Trim();
        if (!folded.Contains("  ", StringComparison.Ordinal))
        {
            return folded;
        }

        return string.Join(' ', folded.Split(' ', StringSplitOptions.RemoveEmptyEntries));
    }

    private static List<List<(string Type, string Value)>> Read(string dn)
    {
        if (dn.Length > MaxLength)
        {
            throw new FormatException("too long");
        }

        var (rdns, at) = (new List<List<(string, string)>>(), 0);
        while (at < dn.Length)
        {
            var rdn = new List<(string, string)>(1);
            do
            {
                var equals = dn.IndexOf('=', at);
                var type = equals < 0 ? "" : dn[at..equals].Trim().ToLowerInvariant();
                if (type.Length == 0 || !type.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.'))
                {
                    throw new FormatException("no type");
                }

                at = equals + 1;
                rdn.Add((type, Value(dn, ref at)));
            }
            while (at < dn.Length && dn[at++] == '+');
            rdns.Add(rdn);
        }

        return rdns;
    }

    /// <summary>A value up to an unescaped <c>,</c>, <c>;</c> or <c>+</c>; leaves <paramref name="at"/> there.</summary>
    private static string Value(string dn, ref int at)
    {
        var start = at;
        var stop = dn.AsSpan(at).IndexOfAny(",;+\\\"");
        if (stop < 0 || dn[at + stop] is not ('\\' or '"'))
        {
            at = stop < 0 ? dn.Length : at + stop;
            return dn[start..at].Trim();
        }

        while (at < dn.Length && dn[at] == ' ')
        {
            at++;
        }

        var bytes = new List<byte>();
        var (quoted, kept) = (false, 0);
        Span<byte> utf8 = stackalloc byte[4];
        for (; at < dn.Length && (quoted || dn[at] is not (',' or ';' or '+')); at++)
        {
            if (dn[at] == '"')
            {
                quoted = !quoted;
                continue;
            }

            if (dn[at] == '\\')
            {
                if (++at == dn.Length)
                {
                    throw new FormatException("ends with a backslash");
                }

                if (char.IsAsciiHexDigit(dn[at]) && at + 1 < dn.Length && char.IsAsciiHexDigit(dn[at + 1]))
                {
                    bytes.Add(Convert.FromHexString(dn.AsSpan(at++, 2))[0]);
                    kept = bytes.Count;
                    continue;
                }

                kept = -1;
            }

            if (Rune.DecodeFromUtf16(dn.AsSpan(at), out var rune, out var used) != System.Buffers.OperationStatus.Done)
            {
                throw new FormatException("half a character");
            }

            bytes.AddRange(utf8[..rune.EncodeToUtf8(utf8)]);
            at += used - 1;
            kept = kept < 0 ? bytes.Count : kept;
        }

        // Unescaped spaces at the end do not belong to the value.
        while (bytes.Count > kept && bytes[^1] == ' ')
        {
            bytes.RemoveAt(bytes.Count - 1);
        }

        return quoted ? throw new FormatException("a quote is open") : Encoding.UTF8.GetString([.. bytes]);
    }
}
