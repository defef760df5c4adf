using System.Net;
using System.Net.Sockets;

namespace CopyTrack.LoadGenerator.Loads;

/// <summary>A UDP port that takes everything and answers nothing, as a device that is switched off behind a quiet network.</summary>
internal static class SilentAddress
{
    public static async Task RunAsync(Options options, CancellationToken cancellationToken)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Parse(options.DeviceAddress), 0));
        Console.WriteLine($"ready {((IPEndPoint)socket.LocalEndPoint!).Port}");
        await Task.Delay(Timeout.Infinite, cancellationToken);
    }
}
