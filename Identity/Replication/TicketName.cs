namespace CopyTrack.Identity.Replication;

/// <summary>The name under which a ticket shows who has a <c>userPrincipalName</c>.</summary>
public static class TicketName
{
    /// <summary>
    /// With the realm for suffix, in any case, it is <c>name@REALM</c>: realms count with their case (RFC 4120 §6.1), suffixes of names without. Any other suffix makes an
    /// enterprise name (RFC 6806 §5), whose own <c>@</c> is escaped: <c>name\@suffix@REALM</c>. Null without a realm or without a suffix.
    /// </summary>
    public static string? Of(string name, string? realm)
    {
        var at = name.LastIndexOf('@');
        if (realm is null || at <= 0)
        {
            return null;
        }

        var suffix = name.AsSpan(at + 1);
        return suffix.Equals(realm, StringComparison.OrdinalIgnoreCase) ? string.Concat(name.AsSpan(0, at + 1), realm)
            : string.Concat(name.AsSpan(0, at), "\\@", suffix, "@" + realm);
    }
}
