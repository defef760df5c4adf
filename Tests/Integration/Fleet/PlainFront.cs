using System.Net;
using System.Net.Security;
using System.Net.Sockets;

namespace CopyTrack.Integration.Fleet;

/// <summary>A front that takes plain HTTP for a manager of HTTPS, as a proxy of an operator would.</summary>
internal sealed class PlainFront : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;

    public PlainFront()
    {
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>Port of the manager.</summary>
    public int Target { get; set; }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = CarryAsync(await _listener.AcceptTcpClientAsync(_stop.Token));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task CarryAsync(TcpClient client)
    {
        using (client)
        using (var target = new TcpClient())
        {
            try
            {
                await target.ConnectAsync(IPAddress.Loopback, Target, _stop.Token);
                await using var tls = new SslStream(target.GetStream(), false, (_, _, _, _) => true);
                await tls.AuthenticateAsClientAsync("localhost");
                await Task.WhenAny(client.GetStream().CopyToAsync(tls, _stop.Token), tls.CopyToAsync(client.GetStream(), _stop.Token));
            }
            catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or System.Security.Authentication.AuthenticationException or ObjectDisposedException or ArgumentException)
            {
                // Nobody there; the agent finds a closed line.
            }
        }
    }
}
