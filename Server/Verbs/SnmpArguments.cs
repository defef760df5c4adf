using System.CommandLine;
using System.Net;
using System.Text;
using CopyTrack.Accounting.Snmp;
using CopyTrack.Accounting.Snmp.Usm;

namespace CopyTrack.Server.Verbs;

/// <summary>How an agent is asked, by the options of a command. Options bear the names of the columns of devices.</summary>
internal sealed class SnmpArguments
{
    /// <summary>Environment variables that stand in for options which other users of the machine could see in the list of processes.</summary>
    public const string CommunityVariable = "COPYTRACK_SNMP_COMMUNITY", AuthPasswordVariable = "COPYTRACK_SNMP_AUTH_PASSWORD", PrivPasswordVariable = "COPYTRACK_SNMP_PRIV_PASSWORD";

    private readonly Option<int> _port = new("--port") { DefaultValueFactory = _ => 161, Description = "UDP port" };
    private readonly Option<string?> _community = new("--community") { Description = $"Community of version 1 and 2c; else {CommunityVariable}, else public" };
    private readonly Option<string?> _version = new("--version") { Description = "1, 2c or 3; 2c by default, 3 with a user" };
    private readonly Option<string?> _user = new("--v3User", "--user") { Description = "User of version 3" };
    private readonly Option<string?> _auth = new("--v3Auth", "--auth") { Description = $"Authentication: {UsmNames.AllAuths}" };
    private readonly Option<string?> _authPassword = new("--v3AuthPassword", "--auth-password") { Description = $"Authentication password; else {AuthPasswordVariable}" };
    private readonly Option<string?> _priv = new("--v3Priv", "--priv") { Description = $"Privacy: {UsmNames.AllPrivs}" };
    private readonly Option<string?> _privPassword = new("--v3PrivPassword", "--priv-password") { Description = $"Privacy password; else {PrivPasswordVariable}" };
    private readonly Option<string?> _context = new("--context") { Description = "Context of version 3" };

    /// <summary>Hangs the options on a command.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _port, _community, _version, _user, _auth, _authPassword, _priv, _privPassword, _context })
        {
            command.Add(option);
        }
    }

    /// <summary>What was given.</summary>
    public SnmpAccess Read(ParseResult parsed) => new(
        parsed.GetValue(_port), parsed.GetValue(_community) ?? Environment.GetEnvironmentVariable(CommunityVariable) ?? "public",
        parsed.GetValue(_version) ?? (parsed.GetValue(_user) is null ? "2c" : "3"), parsed.GetValue(_user), parsed.GetValue(_auth),
        parsed.GetValue(_authPassword) ?? Environment.GetEnvironmentVariable(AuthPasswordVariable), parsed.GetValue(_priv),
        parsed.GetValue(_privPassword) ?? Environment.GetEnvironmentVariable(PrivPasswordVariable), parsed.GetValue(_context) ?? "");
}

/// <summary>How an agent is asked. None of its secrets is printed.</summary>
internal sealed record SnmpAccess(
    int Port, string Community, string Version, string? User, string? Auth, string? AuthPassword, string? Priv, string? PrivPassword, string Context)
{
    /// <summary>What is wrong with it, in one line that names the option; null when nothing is.</summary>
    public string? Fault() =>
        Port is < 1 or > 65535 ? "--port: not a UDP port"
        : Version is not ("1" or "2c" or "3") ? "--version: only 1, 2c and 3 are known"
        : Encoding.UTF8.GetByteCount(Community) > SnmpMessage.MaxCommunity ? "--community: too long"
        : Version != "3" ? User is null ? null : "--v3User: only with --version 3"
        : Encoding.UTF8.GetByteCount(Context) > 255 ? "--context: longer than 255 octets"
        : !UsmNames.TryParse(Auth, out AuthProtocol auth) ? $"--v3Auth: only {UsmNames.AllAuths} are known"
        : !UsmNames.TryParse(Priv, out PrivProtocol priv) ? $"--v3Priv: only {UsmNames.AllPrivs} are known"
        : SnmpUser.Fault(User, auth, AuthPassword, priv, PrivPassword) is { } fault ? $"--version 3: {fault}"
        : null;

    /// <summary>The agent at an address. Only for what has no fault.</summary>
    public SnmpTarget At(IPAddress address)
    {
        if (Version != "3")
        {
            return new SnmpTarget(address, Port, Version == "1" ? SnmpVersion.V1 : SnmpVersion.V2c, Encoding.UTF8.GetBytes(Community));
        }

        _ = UsmNames.TryParse(Auth, out AuthProtocol auth);
        _ = UsmNames.TryParse(Priv, out PrivProtocol priv);
        return SnmpTarget.V3(address, Port, new SnmpUser(User!, auth, AuthPassword, priv, PrivPassword), Context);
    }

    private bool PrintMembers(StringBuilder builder)
    {
        builder.Append("Port = ").Append(Port).Append(", Version = ").Append(Version).Append(", User = ").Append(User);
        return true;
    }
}
