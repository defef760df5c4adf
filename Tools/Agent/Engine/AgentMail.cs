using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using CopyTrack.Accounting.Mail;

namespace CopyTrack.Agent;

/// <summary>How messages go by mail (docs/fleet.md §5). With it, none goes over HTTP.</summary>
public sealed record AgentMail
{
    /// <summary>The mail server that takes mails from here.</summary>
    public required string Host { get; init; }

    /// <summary>Its port; 0 is the usual one of <see cref="Security"/>: 587, 465, 25.</summary>
    public int Port { get; set; }

    /// <summary><c>starttls</c>, <c>tls</c>, or <c>none</c> for a relay on the own network.</summary>
    public string Security { get; set; } = "starttls";

    /// <summary>Who logs in; null without. Needs TLS.</summary>
    public string? UserName { get; set; }

    /// <summary>The password of <see cref="UserName"/>.</summary>
    public string? Password { get; set; }

    /// <summary>PEM file of the CA that the server is checked against; null: those that this machine trusts.</summary>
    public string? CaFile { get; set; }

    /// <summary>Address that the mails come from.</summary>
    public required string From { get; init; }

    /// <summary>Address at the manager's mail server.</summary>
    public required string To { get; init; }

    /// <summary>Seconds until a message that nobody has acknowledged is mailed again; each time twice as long. An hour lets mail servers try again first.</summary>
    public int RepeatSeconds { get; set; } = 3600;

    /// <summary>How often it is mailed again before it is given up.</summary>
    public int Repeats { get; set; } = 3;

    /// <summary>True: the manager is asked over HTTPS, every <c>askSeconds</c>, what it has received. Where it can't be reached, each message is mailed as often as <see cref="Repeats"/> says.</summary>
    public bool Acknowledge { get; set; } = true;

    internal string? Fault() =>
        Host.Length is 0 or > 253 ? "host: not a name or address"
        : Port is < 0 or > 65_535 ? "port: not a TCP port"
        : Security is not ("starttls" or "tls" or "none") ? "security: starttls, tls or none"
        : UserName is not null && Security == "none" ? "userName: a password is never sent without TLS"
        : UserName is not null && Password is null ? "password: is missing beside userName"
        : Mailbox.TryParse(From) is null ? "from: not a mail address"
        : Mailbox.TryParse(To) is null ? "to: not a mail address"
        : RepeatSeconds is < 1 or > 604_800 ? "repeatSeconds: from 1 to 604800"
        : Repeats is < 0 or > 20 ? "repeats: from 0 to 20"
        : null;

    /// <summary>The server as the mail client takes it. Throws <see cref="AgentException"/> when the CA's file can't be read.</summary>
    internal SmtpSettings Server(bool hideAddresses) => new()
    {
        Host = Host, Port = Port, UserName = UserName, Password = Password, TrustedCas = Cas(),
        Security = Security switch { "tls" => SmtpSecurity.Tls, "none" => SmtpSecurity.None, _ => SmtpSecurity.StartTls },
        // The usual greeting is the machine's own address.
        LocalName = hideAddresses ? "localhost" : null,
    };

    private X509Certificate2Collection? Cas()
    {
        if (CaFile is null)
        {
            return null;
        }

        try
        {
            var cas = new X509Certificate2Collection();
            cas.ImportFromPemFile(CaFile);
            return cas.Count > 0 ? cas : throw new AgentException($"mail: caFile: {CaFile} holds no certificate in PEM");
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new AgentException($"mail: caFile: {CaFile} can't be read: {e.Message}", e);
        }
    }

    private bool PrintMembers(StringBuilder builder)
    {
        builder.Append("Host = ").Append(Host);
        return true;
    }
}
