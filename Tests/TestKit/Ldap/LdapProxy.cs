using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace CopyTrack.TestKit.Ldap;

/// <summary>What the proxy does with one message of the server.</summary>
public abstract record ProxyAct
{
    private ProxyAct() { }

    /// <summary>Passes it on.</summary>
    public sealed record Pass : ProxyAct;

    /// <summary>Sends these octets instead.</summary>
    public sealed record Send(byte[] Bytes) : ProxyAct;

    /// <summary>Cuts the connection, after a part of the message.</summary>
    public sealed record Cut(int AfterOctets) : ProxyAct;

    /// <summary>Says nothing more, but keeps the connection open.</summary>
    public sealed record Stall : ProxyAct;

    /// <summary>Passes it on once <paramref name="Until"/> has ended.</summary>
    public sealed record Hold(Task Until) : ProxyAct;
}

/// <summary>Stands before a real directory, ends TLS on both sides, and may do something to every message that the server sends.</summary>
public sealed class LdapProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly X509Certificate2 _certificate;
    private readonly int _target;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentBag<Task> _tasks = [];

    public LdapProxy(X509Certificate2 certificate, int target)
    {
        (_certificate, _target) = (certificate, target);
        _listener.Start();
        Url = $"ldaps://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";
        _tasks.Add(Task.Run(AcceptAsync));
    }

    /// <summary>Where it listens.</summary>
    public string Url { get; }

    /// <summary>What happens to the message of that number (the first is 0), counted over all connections.</summary>
    public Func<int, byte[], ProxyAct> Act { get; set; } = (_, _) => new ProxyAct.Pass();

    /// <summary>Messages seen so far; settable to begin anew.</summary>
    public int Count { get; set; }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await Task.WhenAll(_tasks);
        _stop.Dispose();
        _certificate.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                _tasks.Add(Task.Run(() => ServeAsync(client)));
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        try
        {
            using var mine = client;
            using var server = new TcpClient();
            await server.ConnectAsync(IPAddress.Loopback, _target, _stop.Token);
            await using var front = new SslStream(client.GetStream());
            await front.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = _certificate }, _stop.Token);
            await using var back = new SslStream(server.GetStream());
            await back.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "localhost", RemoteCertificateValidationCallback = (_, _, _, _) => true }, _stop.Token);
            using var end = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
            await Task.WhenAny(front.CopyToAsync(back, end.Token), AnswersAsync(back, front, end.Token));
            await end.CancelAsync();
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or SocketException or ObjectDisposedException or System.Security.Authentication.AuthenticationException)
        {
            // One of the two sides has gone: that is what it is for.
        }
    }

    private async Task AnswersAsync(Stream back, Stream front, CancellationToken cancellationToken)
    {
        while (await MessageAsync(back, cancellationToken) is { } message)
        {
            switch (Act(Count++, message))
            {
                case ProxyAct.Send send:
                    await front.WriteAsync(send.Bytes, cancellationToken);
                    break;
                case ProxyAct.Cut cut:
                    await front.WriteAsync(message.AsMemory(0, Math.Min(cut.AfterOctets, message.Length)), cancellationToken);
                    await front.FlushAsync(cancellationToken);
                    return;
                case ProxyAct.Stall:
                    await Task.Delay(Timeout.Infinite, cancellationToken);
                    return;
                case ProxyAct.Hold hold:
                    await hold.Until.WaitAsync(cancellationToken);
                    await front.WriteAsync(message, cancellationToken);
                    break;
                default:
                    await front.WriteAsync(message, cancellationToken);
                    break;
            }
        }
    }

    private static async Task<byte[]?> MessageAsync(Stream from, CancellationToken cancellationToken)
    {
        var header = new byte[6];
        if (await from.ReadAtLeastAsync(header.AsMemory(0, 2), 2, throwOnEndOfStream: false, cancellationToken) < 2)
        {
            return null;
        }

        int octets = header[1] < 0x80 ? 0 : header[1] & 0x7F, length = octets == 0 ? header[1] : 0;
        await from.ReadExactlyAsync(header.AsMemory(2, octets), cancellationToken);
        for (var i = 0; i < octets; i++)
        {
            length = (length << 8) | header[2 + i];
        }

        var message = new byte[2 + octets + length];
        header.AsSpan(0, 2 + octets).CopyTo(message);
        await from.ReadExactlyAsync(message.AsMemory(2 + octets), cancellationToken);
        return message;
    }
}
