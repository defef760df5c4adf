using System.Globalization;
using System.Net;
using System.Text;
using CopyTrack.Accounting.Snmp;
using CopyTrack.Accounting.Snmp.Usm;
using CopyTrack.Server.Imports;

namespace CopyTrack.Server.Web;

/// <summary>What an administrator types to look at a device or to add it. Secrets are used and forgotten; none is ever written into a page.</summary>
public sealed class ProbeForm
{
    public string? Name { get; set; }
    public string? Address { get; set; }
    public string? Port { get; set; }
    public string? Version { get; set; }
    public string? Community { get; set; }
    public string? V3User { get; set; }
    public string? V3Auth { get; set; }
    public string? V3AuthPassword { get; set; }
    public string? V3Priv { get; set; }
    public string? V3PrivPassword { get; set; }
    public string? V3Context { get; set; }
    public string? Profile { get; set; }

    /// <summary>True when it is of version 3, by choice or because a user is named.</summary>
    public bool IsVersion3 => Version == "3" || (string.IsNullOrEmpty(Version) && !string.IsNullOrWhiteSpace(V3User));

    /// <summary>How the device is asked, or what is wrong with the form, in words for an administrator.</summary>
    public (Func<IPAddress, SnmpTarget>? Target, string? Fault) ToTarget()
    {
        if (string.IsNullOrWhiteSpace(Address) || Uri.CheckHostName(Address.Trim()) == UriHostNameType.Unknown)
        {
            return (null, Words.Key("Enter the IP address or the host name of the device."));
        }

        return ToWay();
    }

    /// <summary>How devices are asked wherever they are, or what is wrong with the form.</summary>
    public (Func<IPAddress, SnmpTarget>? Target, string? Fault) ToWay()
    {
        if (!TryPort(out int port))
        {
            return (null, Words.Key("The port is a number from 1 to 65535; leave it empty for 161."));
        }

        if (!IsVersion3)
        {
            byte[] community = Encoding.UTF8.GetBytes(string.IsNullOrEmpty(Community) ? "public" : Community);
            return community.Length > SnmpMessage.MaxCommunity ? (null, Words.Key("The community is too long."))
                : (address => new SnmpTarget(address, port, Version == "1" ? SnmpVersion.V1 : SnmpVersion.V2c, community), null);
        }

        if (!UsmNames.TryParse(V3Auth, out AuthProtocol auth) || !UsmNames.TryParse(V3Priv, out PrivProtocol priv))
        {
            return (null, $"Authentication can be {UsmNames.AllAuths}; privacy {UsmNames.AllPrivs}.");
        }

        if ((SnmpUser.Fault(V3User, auth, V3AuthPassword, priv, V3PrivPassword) ?? (Encoding.UTF8.GetByteCount(V3Context ?? "") > 255 ? "the context is too long" : null)) is { } fault)
        {
            return (null, char.ToUpperInvariant(fault[0]) + fault[1..] + ".");
        }

        SnmpUser user = new(V3User!, auth, V3AuthPassword, priv, V3PrivPassword);
        return (address => SnmpTarget.V3(address, port, user, V3Context ?? ""), null);
    }

    /// <summary>The device as an import would name it; only for a form whose target has no fault.</summary>
    internal DeviceInput ToInput() => new()
    {
        Name = Name?.Trim() ?? "", Address = Optional.Of(Address!.Trim()), Port = Optional.Of<int?>(TryPort(out int port) ? port : null),
        SnmpVersion = Optional.Of(IsVersion3 ? "3" : Version == "1" ? "1" : "2c"), Community = Optional.Of(IsVersion3 ? null : Empty(Community)),
        V3User = OfVersion3(V3User), V3Auth = OfVersion3(V3Auth), V3AuthPassword = OfVersion3(string.IsNullOrEmpty(V3Auth) ? null : V3AuthPassword),
        V3Priv = OfVersion3(V3Priv), V3PrivPassword = OfVersion3(string.IsNullOrEmpty(V3Priv) ? null : V3PrivPassword), V3Context = OfVersion3(V3Context),
        Profile = Optional.Of(Empty(Profile)),
    };

    private Optional<string> OfVersion3(string? text) => Optional.Of(IsVersion3 ? Empty(text) : null);

    private bool TryPort(out int port)
    {
        port = 161;
        return string.IsNullOrWhiteSpace(Port) || (int.TryParse(Port, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port is >= 1 and <= 65535);
    }

    private static string? Empty(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}
