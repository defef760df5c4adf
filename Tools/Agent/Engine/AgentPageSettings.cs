using System.Collections.Immutable;
using System.Net;
using System.Text;

namespace CopyTrack.Agent;

/// <summary>The agent's own web page (docs/fleet.md §10).</summary>
public sealed record AgentPageSettings
{
    /// <summary>Address that it listens on; this machine alone when not set.</summary>
    public string Listen { get; set; } = "127.0.0.1";

    /// <summary>TCP port; 0: any free one.</summary>
    public int Port { get; set; } = 9147;

    /// <summary>False: HTTP, with a warning on each page.</summary>
    public bool Https { get; set; } = true;

    /// <summary>PEM file of a certificate; without, the agent makes its own.</summary>
    public string? CertificateFile { get; set; }

    /// <summary>PEM file of its key.</summary>
    public string? KeyFile { get; set; }

    /// <summary>Who may sign in.</summary>
    public ImmutableArray<AgentAccount> Accounts { get; set; } = [];

    internal string? Fault() =>
        !IPAddress.TryParse(Listen, out _) ? "listen: not an address"
        : Port is < 0 or > 65_535 ? "port: not a TCP port"
        : CertificateFile is null != KeyFile is null ? "certificateFile: needs keyFile beside it, and the other way round"
        : Accounts.IsDefaultOrEmpty || Accounts.Length > 100 ? "accounts: from 1 to 100"
        : Accounts.Any(a => a.Name.Length is 0 or > 64) ? "accounts: a name has 1 to 64 characters"
        : Accounts.FirstOrDefault(a => a.Role is not (AgentAccount.Administrator or AgentAccount.Dealer or AgentAccount.Customer)) is { } odd ? $"accounts: the role of {odd.Name} is none of administrator, dealer, customer"
        : Accounts.DistinctBy(a => a.Name, StringComparer.OrdinalIgnoreCase).Count() != Accounts.Length ? "accounts: a name stands there twice"
        : null;
}

/// <summary>Somebody who may sign in at the agent's page. <see cref="PasswordHash"/> is what <c>copytrack-agent password</c> prints.</summary>
public sealed record AgentAccount(string Name, string Role, string PasswordHash)
{
    /// <summary>Sees all and changes settings.</summary>
    public const string Administrator = "administrator";

    /// <summary>Sees devices, settings, and what is sent.</summary>
    public const string Dealer = "dealer";

    /// <summary>Sees devices.</summary>
    public const string Customer = "customer";

    private bool PrintMembers(StringBuilder builder)
    {
        builder.Append("Name = ").Append(Name).Append(", Role = ").Append(Role);
        return true;
    }
}
