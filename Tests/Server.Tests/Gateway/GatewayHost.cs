using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using CopyTrack.Server.Data;
using CopyTrack.Server.Enrolment;
using CopyTrack.Server.Gateway;
using CopyTrack.Server.Secrets;
using CopyTrack.Server.WalkUp;
using Dapper;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace CopyTrack.Server.Tests.Gateway;

/// <summary>A real terminals port and HTTPS port on loopback, on an embedded database of its own, with a walk-up of the test's making.</summary>
internal sealed class GatewayHost : IAsyncDisposable
{
    private readonly string root;
    private readonly WebApplication app;
    private bool stopped;

    private GatewayHost(string root, WebApplication app)
    {
        this.root = root;
        this.app = app;
    }

    public IServiceProvider Services => app.Services;

    public RecordingWalkUp WalkUp => Services.GetRequiredService<RecordingWalkUp>();

    public SecretFolder Secrets => Services.GetRequiredService<SecretFolder>();

    public ITerminalRegistry Registry => Services.GetRequiredService<ITerminalRegistry>();

    public IDatabase Database => Services.GetRequiredService<IDatabase>();

    public int Port => Services.GetRequiredService<ITerminalEndpoint>().Port;

    public int HttpsPort { get; private set; }

    public string CaFile => Path.Combine(root, "secrets", "ca.pem");

    public string Root => root;

    public static async Task<GatewayHost> StartAsync(Func<GatewayOptions, GatewayOptions>? change = null, TimeProvider? time = null)
    {
        var root = Directory.CreateTempSubdirectory("copytrack-gateway-").FullName;
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.Logging.ClearProviders();
        if (time is not null)
        {
            builder.Services.AddSingleton(time);
        }
        var options = new GatewayOptions { Address = IPAddress.Loopback, Port = 0, DrainSeconds = 2 };
        builder.Services.AddData(new DataOptions { Directory = Path.Combine(root, "data") });
        builder.Services.AddSecrets(new SecretsOptions { Directory = Path.Combine(root, "secrets"), CreateWhenMissing = true }, time);
        builder.Services.AddGateway(change?.Invoke(options) ?? options);
        builder.Services.AddEnrolment();
        builder.Services.AddSingleton<CopyTrack.Server.Data.Repositories.AuditLog>();
        builder.Services.AddSingleton<CopyTrack.Server.Data.Repositories.TerminalRepository>();
        builder.Services.AddSingleton<RecordingWalkUp>();
        builder.Services.AddSingleton<ITerminalRequests>(p => p.GetRequiredService<RecordingWalkUp>());
        ListenOptionsHolder https = new();
        builder.WebHost.ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0, l =>
        {
            https.Options = l;
            l.UseHttps(EnrolmentTls.ForHttps(l.ApplicationServices));
        }));
        var app = builder.Build();
        app.MapEnrolment();
        var host = new GatewayHost(root, app);
        await DataServices.MigrateAsync(app.Services, CancellationToken.None);
        await host.AddDeviceAsync();
        await app.StartAsync();
        host.HttpsPort = https.Options!.IPEndPoint!.Port;
        return host;
    }

    /// <summary>A terminal that exists, without a certificate.</summary>
    public Task AddTerminalAsync(string id) => Database.WriteAsync(
        async (connection, ct) => await connection.ExecuteAsync(new CommandDefinition(
            "insert into terminal (id, org_id, name, name_folded, device_id, created_at, updated_at) values (@id, 1, @id, @id, 1, 0, 0) on conflict (id) do nothing",
            new { id }, cancellationToken: ct)),
        CancellationToken.None);

    /// <summary>A known terminal with a certificate of our CA and its key.</summary>
    public async Task<X509Certificate2> EnrolAsync(string id, TimeSpan? ago = null)
    {
        await AddTerminalAsync(id);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var issued = Secrets.Authority.Issue(id, new PublicKey(key), TimeProvider.System.GetUtcNow() - (ago ?? TimeSpan.Zero));
        await Database.WriteAsync(
            async (connection, ct) => await connection.ExecuteAsync(new CommandDefinition(
                "insert into terminal_certificate (serial, terminal_id, fingerprint, key_hash, issued_at, expires_at) values (@serial, @id, @print, @print, 0, @until)",
                new { serial = issued.SerialNumber, id, print = SHA256.HashData(issued.RawData), until = long.MaxValue }, cancellationToken: ct)),
            CancellationToken.None);
        return issued.CopyWithPrivateKey(key);
    }

    public Task<TlsTerminal> ConnectAsync(X509Certificate2? certificate, SslProtocols protocols = SslProtocols.None) =>
        TlsTerminal.ConnectAsync(Port, certificate, Secrets.Authority.Certificate, protocols);

    public async Task StopAsync()
    {
        stopped = true;
        await app.StopAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!stopped)
        {
            await app.StopAsync();
        }
        await app.DisposeAsync();
        Directory.Delete(root, recursive: true);
    }

    private Task<int> AddDeviceAsync() => Database.WriteAsync(
        async (connection, ct) =>
        {
            await connection.ExecuteAsync(new CommandDefinition(
                "insert into organisation (id, name, name_folded, created_at) values (1, 'default', 'default', 0) on conflict (id) do nothing", cancellationToken: ct));
            return await connection.ExecuteAsync(new CommandDefinition(
                "insert into device (id, org_id, name, name_folded, address, created_at, updated_at) values (1, 1, 'copier', 'copier', '127.0.0.1', 0, 0)", cancellationToken: ct));
        },
        CancellationToken.None);

    private sealed class ListenOptionsHolder
    {
        public Microsoft.AspNetCore.Server.Kestrel.Core.ListenOptions? Options { get; set; }
    }
}

/// <summary>A terminal's end of the line, in plain sight: lines out, lines in.</summary>
internal sealed class TlsTerminal : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    private readonly Socket socket;
    private readonly StreamReader reader;

    private TlsTerminal(Socket socket, SslStream stream)
    {
        this.socket = socket;
        Stream = stream;
        reader = new StreamReader(stream, new UTF8Encoding(false), false, 65_536);
    }

    public SslStream Stream { get; }

    public static async Task<TlsTerminal> ConnectAsync(int port, X509Certificate2? certificate, X509Certificate2 authority, SslProtocols protocols)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, port);
        var stream = new SslStream(new NetworkStream(socket, ownsSocket: true));
        try
        {
            var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            policy.CustomTrustStore.Add(authority);
            using var patience = new CancellationTokenSource(s_patience);
            await stream.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    TargetHost = "localhost",
                    EnabledSslProtocols = protocols,
                    CertificateChainPolicy = policy,
                    ClientCertificateContext = certificate is null ? null : SslStreamCertificateContext.Create(certificate, null, offline: true),
                    ApplicationProtocols = [new SslApplicationProtocol("copytrack/1")],
                },
                patience.Token);
        }
        catch
        {
            await stream.DisposeAsync();
            throw;
        }
        return new TlsTerminal(socket, stream);
    }

    public Task SendAsync(params string[] lines) => SendBytesAsync(Encoding.UTF8.GetBytes(string.Concat(lines.Select(l => l + "\n"))));

    public async Task SendBytesAsync(byte[] bytes)
    {
        await Stream.WriteAsync(bytes);
        await Stream.FlushAsync();
    }

    /// <summary>The next line; null at the end of the connection, also when it was reset.</summary>
    public async Task<string?> ReadAsync()
    {
        using var patience = new CancellationTokenSource(s_patience);
        try
        {
            return await reader.ReadLineAsync(patience.Token);
        }
        catch (IOException)
        {
            return null;
        }
    }

    public async Task HelloAsync()
    {
        await SendAsync(Lines.Hello);
        if (await ReadAsync() is not { } reply || !reply.Contains("\"result\"", StringComparison.Ordinal))
        {
            throw new InvalidOperationException("hello was not answered");
        }
    }

    public async ValueTask DisposeAsync()
    {
        reader.Dispose();
        await Stream.DisposeAsync();
        socket.Dispose();
    }
}

/// <summary>Lines that tests send.</summary>
internal static class Lines
{
    public const string Hello = """{"jsonrpc":"2.0","id":1,"method":"terminal.hello","params":{"protocol":1,"vendor":"v","model":"m","firmware":"1","capabilities":["card"]}}""";
    public const string Ping = """{"jsonrpc":"2.0","id":2,"method":"terminal.ping","params":{}}""";

    public static string Login(int id, string card) => $$$"""{"jsonrpc":"2.0","id":{{{id}}},"method":"session.login","params":{"method":"card","card":"{{{card}}}"}}""";
}
