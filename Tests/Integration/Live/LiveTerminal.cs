using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using NUnit.Framework;

namespace CopyTrack.Integration.Live;

/// <summary>What a terminal has after its enrolment.</summary>
internal sealed record LiveIdentity(string Id, X509Certificate2 Certificate)
{
    public static async Task<LiveIdentity> EnrolAsync(int httpsPort, string terminal, string code)
    {
        using var client = new HttpClient(new SocketsHttpHandler { SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true } });
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{terminal}:{code}")));
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = Convert.ToBase64String(new CertificateRequest("CN=terminal", key, HashAlgorithmName.SHA256).CreateSigningRequest());
        using var body = new StringContent(request, Encoding.ASCII, "application/pkcs10");
        using var response = await client.PostAsync(new Uri($"https://localhost:{httpsPort}/.well-known/est/simpleenroll"), body);
        response.EnsureSuccessStatusCode();
#pragma warning disable SYSLIB0057 // The only reader of certs-only PKCS#7 without another package.
        var all = new X509Certificate2Collection();
        all.Import(Convert.FromBase64String(await response.Content.ReadAsStringAsync()));
#pragma warning restore SYSLIB0057
        return new LiveIdentity(terminal, all.Single().CopyWithPrivateKey(key));
    }
}

/// <summary>A terminal that speaks plain lines: answers the panel's requests at once, keeps everything it heard.</summary>
internal sealed class LiveTerminal : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly TcpClient client;
    private readonly SslStream stream;
    private readonly SemaphoreSlim writing = new(1, 1);
    private readonly ConcurrentDictionary<int, TaskCompletionSource<JsonNode>> waiting = new();
    private readonly Channel<JsonNode> heard = Channel.CreateUnbounded<JsonNode>();
    private int last;

    private LiveTerminal(TcpClient client, SslStream stream)
    {
        (this.client, this.stream) = (client, stream);
        Ended = ReadAsync();
    }

    /// <summary>Ends when the connection does.</summary>
    public Task Ended { get; }

    /// <summary>Result of the hello.</summary>
    public JsonNode Hello { get; private set; } = new JsonObject();

    /// <summary>Connects and says hello.</summary>
    public static Task<LiveTerminal> ConnectAsync(LiveSite site, LiveIdentity identity, params string[] capabilities) => ConnectAsync(site.TerminalsPort, identity, capabilities);

    /// <summary>The same with a node that is known by its port.</summary>
    public static async Task<LiveTerminal> ConnectAsync(int port, LiveIdentity identity, params string[] capabilities)
    {
        var client = new TcpClient { NoDelay = true };
        await client.ConnectAsync("127.0.0.1", port);
        var stream = new SslStream(client.GetStream());
        await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "localhost", RemoteCertificateValidationCallback = (_, _, _, _) => true,
            ClientCertificateContext = SslStreamCertificateContext.Create(identity.Certificate, null, offline: true),
        });
        var terminal = new LiveTerminal(client, stream);
        var reply = await terminal.AskAsync("terminal.hello", new JsonObject
        {
            ["protocol"] = 1, ["vendor"] = "v", ["model"] = "m", ["firmware"] = "1", ["capabilities"] = new JsonArray([.. capabilities.Select(c => (JsonNode)c)]),
        });
        Assert.That(reply["result"], Is.Not.Null, reply.ToJsonString());
        terminal.Hello = reply["result"]!;
        return terminal;
    }

    /// <summary>Sends a request and returns the whole reply.</summary>
    public async Task<JsonNode> AskAsync(string method, JsonObject parameters)
    {
        var id = Interlocked.Increment(ref last);
        var reply = new TaskCompletionSource<JsonNode>(TaskCreationOptions.RunContinuationsAsynchronously);
        waiting[id] = reply;
        await SendAsync(new JsonObject { ["jsonrpc"] = "2.0", ["id"] = id, ["method"] = method, ["params"] = parameters });
        return await reply.Task.WaitAsync(Patience);
    }

    /// <summary>Logs a card in; returns the whole reply.</summary>
    public Task<JsonNode> CardAsync(string card) => AskAsync("session.login", new JsonObject { ["method"] = "card", ["card"] = card });

    /// <summary>Ends the session.</summary>
    public Task<JsonNode> LogoutAsync(string session) => AskAsync("session.logout", new JsonObject { ["session"] = session, ["reason"] = "user" });

    /// <summary>The next request or notification of this name; others before it are passed over.</summary>
    public async Task<JsonNode> HearAsync(string method)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            var message = await heard.Reader.ReadAsync(patience.Token);
            if (message["method"]!.GetValue<string>() == method)
            {
                return message["params"]!;
            }
        }
    }

    /// <summary>The next request of this name that is not answered by itself, whole; others before it are passed over.</summary>
    public async Task<JsonNode> HearRequestAsync(string method, CancellationToken cancellationToken = default)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        while (true)
        {
            var message = await heard.Reader.ReadAsync(patience.Token);
            if (message["method"]!.GetValue<string>() == method)
            {
                return message;
            }
        }
    }

    /// <summary>Answers a request of the server.</summary>
    public Task ReplyAsync(JsonNode request, JsonObject result) => SendAsync(new JsonObject { ["jsonrpc"] = "2.0", ["id"] = request["id"]!.DeepClone(), ["result"] = result });

    /// <summary>Answers a request of the server by an error.</summary>
    public Task RefuseAsync(JsonNode request, int code, string message) =>
        SendAsync(new JsonObject { ["jsonrpc"] = "2.0", ["id"] = request["id"]!.DeepClone(), ["error"] = new JsonObject { ["code"] = code, ["message"] = message } });

    public async ValueTask DisposeAsync()
    {
        client.Close();
        await Ended;
        await stream.DisposeAsync();
        client.Dispose();
        writing.Dispose();
    }

    private async Task ReadAsync()
    {
        using var reader = new StreamReader(stream, new UTF8Encoding(false), false, 65_536, leaveOpen: true);
        try
        {
            while (await reader.ReadLineAsync() is { } line)
            {
                await TookAsync(JsonNode.Parse(line)!);
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or SocketException)
        {
            // The connection is gone.
        }

        heard.Writer.TryComplete();
        foreach (var reply in waiting.Values)
        {
            reply.TrySetException(new IOException("the connection ended"));
        }
    }

    private async Task TookAsync(JsonNode message)
    {
        if (message["method"] is not { } method)
        {
            waiting[message["id"]!.GetValue<int>()].TrySetResult(message);
            return;
        }

        heard.Writer.TryWrite(message);
        JsonObject? result = method.GetValue<string>() switch
        {
            "panel.unlock" => new JsonObject { ["state"] = "unlocked" },
            "panel.lock" => new JsonObject { ["state"] = "locked" },
            "panel.message" or "terminal.ping" => [],
            _ => null,
        };
        if (result is not null)
        {
            await SendAsync(new JsonObject { ["jsonrpc"] = "2.0", ["id"] = message["id"]!.DeepClone(), ["result"] = result });
        }
    }

    private async Task SendAsync(JsonObject message)
    {
        await writing.WaitAsync();
        try
        {
            await stream.WriteAsync(Encoding.UTF8.GetBytes(message.ToJsonString() + "\n"));
            await stream.FlushAsync();
        }
        finally
        {
            writing.Release();
        }
    }
}
