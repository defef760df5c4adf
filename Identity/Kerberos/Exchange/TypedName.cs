using CopyTrack.Identity.Kerberos.Messages;

namespace CopyTrack.Identity.Kerberos.Exchange;

/// <summary>What a person typed as user name, as a name to ask a KDC for.</summary>
internal sealed record TypedName(PrincipalName Name, string Realm)
{
    private const int MaxLength = 256;

    /// <summary>
    /// <c>alice</c> is a principal of our realm, <c>alice@EXAMPLE.COM</c> (any case) one of that realm if it is one of ours, any other <c>alice@suffix</c> an
    /// enterprise name (RFC 6806 §5) that the KDC of our realm resolves. Null for what can't be a person: empty parts, control characters, "/" or "\".
    /// </summary>
    internal static TypedName? Parse(string typed, KerberosRules rules)
    {
        var text = typed.Trim();
        if (text.Length is 0 or > MaxLength || text.Any(c => char.IsControl(c) || char.IsSurrogate(c) || c is '/' or '\\'))
        {
            return null;
        }

        var at = text.LastIndexOf('@');
        if (at < 0)
        {
            return new TypedName(new PrincipalName(PrincipalName.Principal, [text]), rules.Realm);
        }

        var (user, suffix) = (text[..at], text[(at + 1)..]);
        if (user.Length == 0 || suffix.Length == 0)
        {
            return null;
        }

        return rules.Realms.FirstOrDefault(r => string.Equals(r, suffix, StringComparison.OrdinalIgnoreCase)) is { } realm && !user.Contains('@', StringComparison.Ordinal)
            ? new TypedName(new PrincipalName(PrincipalName.Principal, [user]), realm)
            : new TypedName(new PrincipalName(PrincipalName.Enterprise, [text]), rules.Realm);
    }
}
