using System.Security.Cryptography.X509Certificates;

namespace CopyTrack.Identity.Ldap;

/// <summary>How a connection is protected. There is no third way: a password never travels in clear.</summary>
public enum LdapSecurity
{
    /// <summary>TLS from the first octet (<c>ldaps://</c>).</summary>
    Tls = 0,

    /// <summary>TLS by StartTLS before anything else (<c>ldap://</c>).</summary>
    StartTls = 1,
}

/// <summary>One server of a directory.</summary>
/// <param name="Host">Name or address, as its certificate says it.</param>
/// <param name="Port">TCP port.</param>
/// <param name="Security">How it is protected.</param>
public sealed record LdapServer(string Host, int Port, LdapSecurity Security)
{
    /// <summary>Reads <c>ldaps://host[:port]</c> or <c>ldap://host[:port]</c>, the latter with StartTLS; null for anything else.</summary>
    public static LdapServer? Parse(string text)
    {
        if (!Uri.TryCreate(text.Trim(), UriKind.Absolute, out var uri) || uri.Host.Length == 0 || uri.UserInfo.Length > 0
            || uri.AbsolutePath is not ("" or "/") || uri.Query.Length > 0 || uri.Scheme is not ("ldap" or "ldaps"))
        {
            return null;
        }

        var security = uri.Scheme == "ldaps" ? LdapSecurity.Tls : LdapSecurity.StartTls;
        var port = uri.Port > 0 ? uri.Port : security == LdapSecurity.Tls ? 636 : 389;
        return new LdapServer(uri.HostNameType == UriHostNameType.IPv6 ? uri.Host.Trim('[', ']') : uri.Host, port, security);
    }

    /// <inheritdoc/>
    public override string ToString() => $"{(Security == LdapSecurity.Tls ? "ldaps" : "ldap")}://{(Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host)}:{Port}";
}

/// <summary>How connections behave; every default says why.</summary>
public sealed record LdapSettings
{
    /// <summary>CAs that servers are checked against; null means those of the system.</summary>
    public X509Certificate2Collection? TrustedCas { get; init; }

    /// <summary>Our own certificate with its key, for SASL EXTERNAL; null without.</summary>
    public X509Certificate2? ClientCertificate { get; init; }

    /// <summary>Whether revocation of the server's certificate is asked for; off, because many company CAs publish where the server can't reach.</summary>
    public bool CheckRevocation { get; init; }

    /// <summary>Longest wait for TCP and TLS; 5 s lets a lost packet be sent again.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Longest wait for the next message; 30 s, since a first page of a cold directory may take many seconds.</summary>
    public TimeSpan ReplyTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Longest message in octets; 32 MiB holds a group of 300,000 members.</summary>
    public int MaxMessage { get; init; } = 32 * 1024 * 1024;
}
