using System.Net;
using System.Net.Sockets;

namespace CopyTrack.TestKit;

/// <summary>
/// Ports for programs that are told theirs before they bind it, or that end and come back on it. What the system hands out to a bind of port 0 is free again as soon as it is let go, and then
/// goes to whoever asks next, in any of the test programs that run side by side; these are below that range, and each is one test program's until that ends.
/// </summary>
public static class FreePort
{
    // Linux hands out 32768 and more by itself (net.ipv4.ip_local_port_range).
    private const int First = 20_000, Count = 12_000;

    private static readonly Lock s_gate = new();
    private static readonly HashSet<int> s_mine = [];

    // A byte for each port; the system lets go of its locks when the process ends, however it ends.
    private static readonly FileStream s_book = new(
        Path.Combine(Path.GetTempPath(), $"copytrack-test-ports-{Environment.UserName}"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite);

    /// <summary>A port that nobody has at any address of this machine, by TCP or UDP, and that no other test program is given.</summary>
    public static int Take() => Take(1);

    /// <summary>The first of some such ports in a row. Throws when there are none left.</summary>
    public static int Take(int inARow)
    {
        lock (s_gate)
        {
            var start = Random.Shared.Next(Count);
            for (var i = 0; i < Count; i++)
            {
                var first = First + ((start + i) % Count);
                if (Enumerable.Range(first, inARow).All(port => !s_mine.Contains(port) && Lock(port) && IsFree(port)))
                {
                    s_mine.UnionWith(Enumerable.Range(first, inARow));
                    return first;
                }
            }

            throw new InvalidOperationException($"no {inARow} ports in a row from {First} to {First + Count - 1} are free; end the test programs that are left over");
        }
    }

    private static bool Lock(int port)
    {
        // There are no such locks on a Mac: a test program alone is all right there.
        if (OperatingSystem.IsMacOS())
        {
            return true;
        }

        try
        {
            s_book.Lock(port, 1);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static bool IsFree(int port)
    {
        try
        {
            using Socket stream = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp), datagrams = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            stream.Bind(new IPEndPoint(IPAddress.Any, port));
            datagrams.Bind(new IPEndPoint(IPAddress.Any, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
