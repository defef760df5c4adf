using System.Net;
using System.Net.Sockets;

namespace CopyTrack.Server.Webhooks;

/// <summary>Which addresses are of the public internet: everything that IANA's special-purpose registries (RFC 6890 and its successors) do not set apart.</summary>
internal static class NetworkRules
{
    private static readonly IPNetwork[] s_apart4 =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15",
            "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
        }.Select(n => IPNetwork.Parse(n)),
    ];

    // Global unicast is 2000::/3; these parts of it are set apart, or carry another address inside.
    private static readonly IPNetwork s_global6 = IPNetwork.Parse("2000::/3");
    private static readonly IPNetwork[] s_apart6 = [.. new[] { "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20" }.Select(n => IPNetwork.Parse(n))];

    /// <summary>True for an address that anyone may reach.</summary>
    public static bool IsPublic(IPAddress address)
    {
        var plain = Plain(address);
        return plain.AddressFamily == AddressFamily.InterNetwork ? !Array.Exists(s_apart4, n => n.Contains(plain))
            : plain.AddressFamily == AddressFamily.InterNetworkV6 && plain.ScopeId == 0 && s_global6.Contains(plain) && !Array.Exists(s_apart6, n => n.Contains(plain));
    }

    /// <summary>True when the address lies in one of the networks, also when it is written as IPv6.</summary>
    public static bool IsIn(IPAddress address, IEnumerable<IPNetwork> networks)
    {
        var plain = Plain(address);
        return networks.Any(n => n.Contains(plain));
    }

    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
