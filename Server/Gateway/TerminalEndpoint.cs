using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

namespace CopyTrack.Server.Gateway;

/// <summary>Where the terminals port listens.</summary>
public interface ITerminalEndpoint
{
    /// <summary>The TCP port once the server has started (the given one, or the one that 0 found); before that the given one.</summary>
    int Port { get; }
}

/// <summary>Adds the terminals port to Kestrel: gate, TLS, connection loop.</summary>
internal sealed class TerminalEndpoint(TerminalTrust trust, HandshakeGate gate, GatewayOptions options) : IConfigureOptions<KestrelServerOptions>, ITerminalEndpoint
{
    private ListenOptions? listening;

    public int Port => listening?.IPEndPoint?.Port ?? options.Port;

    public void Configure(KestrelServerOptions kestrel)
    {
        kestrel.Listen(new IPEndPoint(options.Address, options.Port), listen =>
        {
            listening = listen;
            // Kestrel's HTTP settings must not put their names into our ALPN.
            listen.Protocols = HttpProtocols.None;
            listen.Use(next => connection => gate.RunAsync(connection, next));
            listen.UseHttps(trust.ForTerminals());
            listen.UseConnectionHandler<TerminalConnectionHandler>();
        });
    }
}
