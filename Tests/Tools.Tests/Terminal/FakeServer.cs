using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using NUnit.Framework;

namespace CopyTrack.Tools.Tests.Terminal;

/// <summary>The server's side of the terminal port, played line by line by a test over real TLS.</summary>
internal sealed class FakeServer : IDisposable
{
    private readonly TcpListener listener;
    private readonly TestAuthority authority;
    private readonly X509Certificate2 certificate;

    internal FakeServer(TestAuthority authority, int port, X509Certificate2? certificate = null)
    {
        this.authority = authority;
        this.certificate = certificate ?? authority.IssueServer();
        listener = new TcpListener(IPAddress.Loopback, port);
        listener.Start();
    }

    internal int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>The next connection whose handshake succeeds; the terminal's certificate is required and checked.</summary>
    internal async Task<FakeConnection> AcceptAsync(int seconds = 60)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(seconds));
        var client = await listener.AcceptTcpClientAsync(deadline.Token);
        client.NoDelay = true;
        var tls = new SslStream(client.GetStream());
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.Add(authority.Certificate);
        await tls.AuthenticateAsServerAsync(
            new SslServerAuthenticationOptions
            {
                ServerCertificate = certificate, ClientCertificateRequired = true, CertificateChainPolicy = policy, EnabledSslProtocols = SslProtocols.Tls13,
                ApplicationProtocols = [new SslApplicationProtocol("copytrack/1")],
            }, deadline.Token);
        return new FakeConnection(client, tls);
    }

    /// <summary>Accepts and answers hello.</summary>
    internal async Task<FakeConnection> WelcomeAsync(JsonNode? session = null, int heartbeat = 30, string[]? methods = null, int offlineHours = 0, int idle = 180)
    {
        var connection = await AcceptAsync();
        await connection.WelcomeAsync(session, heartbeat, methods, offlineHours, idle);
        return connection;
    }

    public void Dispose()
    {
        listener.Dispose();
        certificate.Dispose();
    }
}

/// <summary>One connection of a terminal.</summary>
internal sealed class FakeConnection(TcpClient client, SslStream tls) : IDisposable
{
    private readonly StreamReader reader = new(tls, new UTF8Encoding(false));
    private int lastId;

    internal SslStream Tls => tls;

    /// <summary>The next line that is no ping (pings are answered); null at the end.</summary>
    internal async Task<JsonObject?> ReadAsync(int seconds = 10)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(seconds));
        while (true)
        {
            string? line;
            try
            {
                line = await reader.ReadLineAsync(deadline.Token);
            }
            catch (IOException)
            {
                return null;
            }
            if (line is null)
            {
                return null;
            }
            var message = JsonNode.Parse(line)!.AsObject();
            Assert.That(message["jsonrpc"]!.GetValue<string>(), Is.EqualTo("2.0"));
            if (message["method"]?.GetValue<string>() != "terminal.ping")
            {
                return message;
            }
            await ReplyAsync(message, new JsonObject { ["serverTime"] = DateTimeOffset.UtcNow });
        }
    }

    /// <summary>The next line must be this method.</summary>
    internal async Task<JsonObject> ExpectAsync(string method, int seconds = 10)
    {
        var message = await ReadAsync(seconds);
        Assert.That(message?["method"]?.GetValue<string>(), Is.EqualTo(method), message?.ToJsonString() ?? "the connection ended");
        return message!;
    }

    internal async Task WelcomeAsync(JsonNode? session = null, int heartbeat = 30, string[]? methods = null, int offlineHours = 0, int idle = 180)
    {
        var hello = await ExpectAsync("terminal.hello");
        await ReplyAsync(hello, new JsonObject
        {
            ["terminal"] = "t1", ["device"] = new JsonObject { ["id"] = "7", ["name"] = "copier", ["location"] = "hall" }, ["serverTime"] = DateTimeOffset.UtcNow,
            ["heartbeatSeconds"] = heartbeat, ["idleTimeoutSeconds"] = idle, ["loginMethods"] = new JsonArray((methods ?? ["card", "card+pin"]).Select(m => (JsonNode)m).ToArray()),
            ["offline"] = new JsonObject { ["allowed"] = offlineHours > 0, ["hours"] = offlineHours }, ["session"] = session, ["later"] = "unknown members are ignored",
        });
    }

    internal Task ReplyAsync(JsonObject request, JsonNode result) => SendAsync(new JsonObject { ["jsonrpc"] = "2.0", ["id"] = request["id"]!.DeepClone(), ["result"] = result });

    internal Task FailAsync(JsonObject request, int code, string message, JsonNode? data = null)
    {
        var error = new JsonObject { ["code"] = code, ["message"] = message };
        if (data is not null)
        {
            error["data"] = data;
        }
        return SendAsync(new JsonObject { ["jsonrpc"] = "2.0", ["id"] = request["id"]!.DeepClone(), ["error"] = error });
    }

    /// <summary>Sends a request and returns the terminal's answer; what comes between must be notifications.</summary>
    internal async Task<JsonObject> AskAsync(string method, JsonObject parameters)
    {
        var id = $"s{++lastId}";
        await SendAsync(new JsonObject { ["jsonrpc"] = "2.0", ["id"] = id, ["method"] = method, ["params"] = parameters });
        while (true)
        {
            var message = await ReadAsync() ?? throw new AssertionException("the connection ended before the answer to " + method);
            if (message["id"]?.GetValueKind() == System.Text.Json.JsonValueKind.String && message["id"]!.GetValue<string>() == id)
            {
                return message;
            }
            Assert.That(message["id"], Is.Null, message.ToJsonString());
        }
    }

    internal Task<JsonObject> UnlockAsync(string session, params string[] functions) =>
        AskAsync("panel.unlock", new JsonObject { ["session"] = session, ["functions"] = new JsonArray(functions.Select(f => (JsonNode)f).ToArray()) });

    internal Task<JsonObject> LockAsync(string? session, string reason) => AskAsync("panel.lock", new JsonObject { ["session"] = session, ["reason"] = reason });

    internal Task NotifyAsync(string method, JsonObject parameters) => SendAsync(new JsonObject { ["jsonrpc"] = "2.0", ["method"] = method, ["params"] = parameters });

    /// <summary>Answers a login well and unlocks.</summary>
    internal async Task<JsonObject> LogInAsync(string session, string? token = null, bool projectRequired = false)
    {
        var login = await ExpectAsync("session.login");
        await ReplyAsync(login, Session(session, token, projectRequired));
        if (!projectRequired)
        {
            var answer = await UnlockAsync(session, "copy", "copyColor");
            Assert.That(answer["result"]!["state"]!.GetValue<string>(), Is.EqualTo("unlocked"));
        }
        return login["params"]!.AsObject();
    }

    internal static JsonObject Session(string session, string? token = null, bool projectRequired = false, string? state = null)
    {
        var result = new JsonObject
        {
            ["session"] = session, ["user"] = new JsonObject { ["name"] = "anna", ["displayName"] = "Anna Berg", ["language"] = "en" }, ["functions"] = new JsonArray("copy", "copyColor"),
            ["projects"] = new JsonObject { ["required"] = projectRequired, ["recent"] = new JsonArray(new JsonObject { ["id"] = "11", ["code"] = "P1", ["name"] = "First" }) },
            ["idleTimeoutSeconds"] = 180, ["offlineToken"] = token,
        };
        if (state is not null)
        {
            result["state"] = state;
        }
        return result;
    }

    internal Task SendAsync(JsonObject message) => SendLineAsync(message.ToJsonString());

    internal async Task SendLineAsync(string line) => await tls.WriteAsync(Encoding.UTF8.GetBytes(line + "\n"));

    public void Dispose()
    {
        tls.Dispose();
        client.Dispose();
    }
}
