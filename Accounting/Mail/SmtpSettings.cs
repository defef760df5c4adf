using System.Security.Cryptography.X509Certificates;

namespace CopyTrack.Accounting.Mail;

/// <summary>How a connection to a mail server is protected.</summary>
public enum SmtpSecurity
{
    /// <summary>TLS must be begun by STARTTLS (RFC 3207) before anything else; usual on port 587.</summary>
    StartTls = 0,

    /// <summary>TLS from the first octet (RFC 8314 §3.3); usual on port 465.</summary>
    Tls = 1,

    /// <summary>None: for a relay on the own machine or network, usual on port 25; never with a password.</summary>
    None = 2,
}

/// <summary>The mail server that takes mails from here.</summary>
public sealed record SmtpSettings
{
    /// <summary>Name or address, as its certificate says it.</summary>
    public required string Host { get; init; }

    /// <summary>TCP port; 0 means the usual one of <see cref="Security"/>.</summary>
    public int Port { get; init; }

    /// <summary>How the connection is protected.</summary>
    public SmtpSecurity Security { get; init; }

    /// <summary>Who logs in, or null when the server takes mails without; needs TLS.</summary>
    public string? UserName { get; init; }

    /// <summary>The password of <see cref="UserName"/>.</summary>
    public string? Password { get; init; }

    /// <summary>CAs that the server is checked against; null means those of the system.</summary>
    public X509Certificate2Collection? TrustedCas { get; init; }

    /// <summary>What this machine calls itself; null means its address on this connection (RFC 5321 §4.1.3).</summary>
    public string? LocalName { get; init; }

    /// <summary>Longest wait for TCP and for TLS; 15 s bears a slow name server.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Longest wait for a reply, and for the server to take a part of the mail; 60 s, since servers make strangers wait.</summary>
    public TimeSpan ReplyTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Longest wait for the word about the whole mail, in which servers look for viruses; RFC 5321 §4.5.3.2.6 says 10 minutes, callers here rather try again.</summary>
    public TimeSpan AcceptTimeout { get; init; } = TimeSpan.FromMinutes(3);

    internal int EffectivePort => Port != 0 ? Port : Security switch { SmtpSecurity.Tls => 465, SmtpSecurity.StartTls => 587, _ => 25 };

    internal string Server => $"{(Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host)}:{EffectivePort}";

    private bool PrintMembers(System.Text.StringBuilder builder)
    {
        builder.Append("Server = ").Append(Server).Append(", Security = ").Append(Security);
        return true;
    }
}
