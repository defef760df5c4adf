using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace CopyTrack.Server.Web.Site;

/// <summary>Networks that the server itself stands in, to propose where to look for devices.</summary>
internal static class OwnNetworks
{
    private const int Most = 4, LeastPrefix = 24;

    /// <summary>Networks of this machine's IPv4 addresses, none larger than 254 hosts: enough for a first look. None where the machine has no network.</summary>
    public static IReadOnlyList<string> Proposed()
    {
        try
        {
            return
            [
                .. NetworkInterface.GetAllNetworkInterfaces().Where(i => i.OperationalStatus == OperationalStatus.Up && i.NetworkInterfaceType != NetworkInterfaceType.Loopback)
                    .SelectMany(i => i.GetIPProperties().UnicastAddresses).Where(a => a.Address.AddressFamily == AddressFamily.InterNetwork).Select(a => Of(a.Address, a.PrefixLength)).Distinct().Take(Most),
            ];
        }
        catch (NetworkInformationException)
        {
            // A machine that does not tell gets an empty field.
            return [];
        }
    }

    /// <summary>The network of an address, cut to at most 254 hosts.</summary>
    public static string Of(IPAddress address, int prefix)
    {
        int length = Math.Clamp(prefix, LeastPrefix, 30);
        uint bits = System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(address.GetAddressBytes()) & (uint.MaxValue << (32 - length));
        byte[] octets = new byte[4];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(octets, bits);
        return FormattableString.Invariant($"{new IPAddress(octets)}/{length}");
    }
}
