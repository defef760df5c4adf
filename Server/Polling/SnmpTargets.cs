using System.Net;
using System.Security.Cryptography;
using System.Text;
using CopyTrack.Accounting.Snmp;
using CopyTrack.Accounting.Snmp.Usm;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Secrets;

namespace CopyTrack.Server.Polling;

/// <summary>From a device's stored settings to how its agent is asked.</summary>
internal sealed class SnmpTargets(ISecretSealer sealer)
{
    /// <summary>The host name that stands in place of an address; null for an address.</summary>
    public static string? HostNameOf(SnmpSettings settings) => IPAddress.TryParse(settings.Address, out _) ? null : settings.Address;

    /// <summary>
    /// The target, or why there is none, in words for an administrator. A device without a community of its own is asked with the customary "public". Where a host name stands
    /// in place of the address, the target's address is <see cref="IPAddress.None"/> until somebody has looked it up.
    /// </summary>
    public (SnmpTarget? Target, string? Fault) Of(SnmpSettings settings)
    {
        if (!IPAddress.TryParse(settings.Address, out var address))
        {
            if (Uri.CheckHostName(settings.Address) != UriHostNameType.Dns)
            {
                return (null, $"{settings.Address} is neither an IP address nor a host name");
            }

            address = IPAddress.None;
        }

        try
        {
            return settings.SnmpVersion switch
            {
                "1" => (new SnmpTarget(address, (int)settings.Port, SnmpVersion.V1, Community(settings)), null),
                "2c" => (new SnmpTarget(address, (int)settings.Port, SnmpVersion.V2c, Community(settings)), null),
                "3" => WithUser(address, settings),
                _ => (null, $"SNMP version {settings.SnmpVersion} is unknown; use 1, 2c or 3"),
            };
        }
        catch (CryptographicException)
        {
            return (null, "its SNMP secrets can't be opened with this secrets folder; enter them again");
        }
    }

    private (SnmpTarget? Target, string? Fault) WithUser(IPAddress address, SnmpSettings settings)
    {
        if (!UsmNames.TryParse(settings.V3Auth, out AuthProtocol auth) || !UsmNames.TryParse(settings.V3Priv, out PrivProtocol priv))
        {
            return (null, $"its SNMP protocols are unknown; authentication can be {UsmNames.AllAuths}, privacy {UsmNames.AllPrivs}");
        }

        var (authPassword, privPassword) = (Open(settings.V3AuthPasswordSealed), Open(settings.V3PrivPasswordSealed));
        return SnmpUser.Fault(settings.V3User, auth, authPassword, priv, privPassword) is { } fault ? (null, fault)
            : (SnmpTarget.V3(address, (int)settings.Port, new SnmpUser(settings.V3User!, auth, authPassword, priv, privPassword), settings.V3Context ?? ""), null);
    }

    private byte[] Community(SnmpSettings settings) => Encoding.UTF8.GetBytes(Open(settings.CommunitySealed) ?? "public");

    private string? Open(byte[]? sealedText) => sealedText is null ? null : sealer.Open(sealedText);
}
