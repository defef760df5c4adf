using System.Globalization;
using System.Net;
using System.Net.Sockets;
using CopyTrack.Accounting.Discovery;

namespace CopyTrack.Server.Polling;

/// <summary>Ranges of a discovery among which names of hosts may stand: each stands for its addresses.</summary>
internal static class NamedRanges
{
    /// <summary>The ranges, or null with a reason that names the one at fault.</summary>
    public static async Task<(AddressRanges? Ranges, string? Fault)> ParseAsync(IReadOnlyCollection<string> texts, NameLookup lookup, CancellationToken cancellationToken)
    {
        var plain = new List<string>();
        foreach (var text in texts.Take(AddressRanges.MaxRanges + 1))
        {
            var name = text.Trim();
            if (AddressRanges.TryParse([text], out _, out _) || !IsName(name))
            {
                plain.Add(text);
                continue;
            }

            try
            {
                plain.AddRange((await lookup(name, cancellationToken)).Where(a => a.AddressFamily is AddressFamily.InterNetwork or AddressFamily.InterNetworkV6).Select(Plain));
            }
            catch (SocketException e)
            {
                return (null, string.Create(CultureInfo.InvariantCulture, $"'{name}': its address is unknown ({e.SocketErrorCode}); check the name, or give an address"));
            }
        }

        return AddressRanges.TryParse(plain, out var ranges, out var fault) ? (ranges, null) : (null, fault);
    }

    private static bool IsName(string text) => text.Any(char.IsAsciiLetter) && Uri.CheckHostName(text) == UriHostNameType.Dns;

    private static string Plain(IPAddress address) => new IPAddress(address.GetAddressBytes()).ToString();
}
