using System.CommandLine;
using System.Net;
using CopyTrack.Accounting.Fleet;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Fleet;
using CopyTrack.Server.Fleet;
using CopyTrack.Server.Hosting;
using CopyTrack.Server.Verbs;
using Dapper;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace CopyTrack.Integration.Fleet;

/// <summary>A manager that takes messages over HTTP too, behind a proxy that it trusts.</summary>
internal sealed class PlainHttpTests
{
    private readonly string _folder = Directory.CreateTempSubdirectory("copytrack-plain-").FullName;
    private WebApplication _app = null!;
    private HttpClient _plain = null!;
    private HttpClient _tls = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Data:Directory"] = Path.Combine(_folder, "data"), ["Secrets:Directory"] = Path.Combine(_folder, "secrets"), ["Https:Port"] = "0", ["Terminals:Port"] = "0", ["Fleet:HttpPort"] = "0",
            ["Fleet:TrustedProxies"] = "127.0.0.1;::1",
        }).Build();
        _app = ServerHost.Build(ServerSettings.From(configuration));
        await ServerHost.StartAsync(_app, default);
        var ports = _app.Services.GetRequiredService<HttpsEndpoint>();
        _plain = new HttpClient { BaseAddress = new UriBuilder("http", "localhost", ports.FleetHttpPort!.Value).Uri };
        _tls = new HttpClient(new SocketsHttpHandler { SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true } }) { BaseAddress = new UriBuilder("https", "localhost", ports.Port).Uri };
    }

    [OneTimeTearDown]
    public async Task EndAsync()
    {
        _plain.Dispose();
        _tls.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [TestCase("GET", "/")]
    [TestCase("GET", "/SignIn")]
    [TestCase("GET", "/api/v1/fleet/devices")]
    [TestCase("GET", "/health")]
    [TestCase("GET", "/fleet/v1/messages")]
    [TestCase("POST", "/fleet/v1/enrolments")]
    [TestCase("POST", "/FLEET/v1/enrolments")]
    [TestCase("POST", "/fleet/v1//enrolments")]
    [TestCase("POST", "/fleet/v1/messages/../enrolments")]
    [TestCase("GET", "/.well-known/est/cacerts")]
    public async Task Port_without_TLS_serves_nothing_but_messages(string method, string path)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        using var answer = await _plain.SendAsync(request);
        Assert.That((answer.StatusCode, await answer.Content.ReadAsStringAsync()), Is.EqualTo((HttpStatusCode.NotFound, "This port takes messages of enrolled agents alone. Pages, REST and enrolment are at the HTTPS port.")));
    }

    [Test]
    public async Task Signed_messages_are_taken_over_http_and_strangers_are_told_apart_behind_a_proxy()
    {
        var fleet = _app.Services.GetRequiredService<FleetRepository>();
        await fleet.PutNodeAsync(1, "acme", "customer", null, "test", default);
        await fleet.PutNodeAsync(1, "hall", "site", "acme", "test", default);
        var (code, _) = await _app.Services.GetRequiredService<AgentCodes>().MakeAsync(1, "hall agent", "hall", "test", false, default);
        using var key = FleetKeys.Create();
        var (status, _) = await PostAsync(_tls, "enrolments", EnrolmentRequest.Seal(code!.Code, key), "203.0.113.20");
        Assert.That(status, Is.EqualTo(200));
        var id = code.AgentId.ToString(System.Globalization.CultureInfo.InvariantCulture);
        for (var i = 0; i < 60; i++)
        {
            await PostAsync(_tls, "messages", "noise"u8.ToArray(), "203.0.113.9");
        }

        Assert.That((await PostAsync(_tls, "enrolments", [], "203.0.113.9")).Status, Is.EqualTo(429), "the stranger waits");
        Assert.That((await PostAsync(_tls, "enrolments", [], "203.0.113.10")).Status, Is.EqualTo(403), "and nobody else behind the proxy");
        Assert.That((await PostAsync(_tls, "enrolments", [], "203.0.113.10, 203.0.113.9")).Status, Is.EqualTo(429), "what the stranger wrote before its own address is not believed");
        var now = DateTimeOffset.UtcNow;
        var message = new MessageEnvelope(id, 1, 1, now, FleetPacking.Pack(FleetMessageWriter.Write(new FleetMessage { Agent = id, Sequence = 1, Created = now, Program = "1" }))).Seal(key);
        var (taken, word) = await PostAsync(_plain, "messages", message, "203.0.113.9");
        Assert.That(taken, Is.EqualTo(200));
        Assert.That(Acknowledgement.Read(word, await _app.Services.GetRequiredService<FleetKey>().GetAsync(default)).Outcome, Is.EqualTo(AckOutcome.Taken));
        Assert.That((await fleet.GetAsync(code.AgentId, default))!.Address, Is.EqualTo("203.0.113.9"));
    }

    [TestCase("Subject: buy\r\n\r\nnow\r\n", "a mail without a message of an agent")]
    [TestCase("Content-Type: multipart/mixed\r\n\r\nno boundary\r\n", "a mail that can't be read")]
    public async Task Mail_by_the_pipe_that_holds_no_message_is_seen_by_the_administrator(string mail, string reason)
    {
        await using var error = new StringWriter();
        var ca = Path.Combine(_folder, "ca.pem");
        await File.WriteAllTextAsync(ca, _app.Services.GetRequiredService<CopyTrack.Server.Secrets.ICertificateAuthority>().Certificate.ExportCertificatePem());
        var command = FleetReceiveVerb.Create(() => new MemoryStream(System.Text.Encoding.ASCII.GetBytes(mail)), error);
        var status = await command.Parse(["--server", _tls.BaseAddress!.ToString(), "--ca", ca]).InvokeAsync();
        Assert.That((status, error.ToString()), Is.EqualTo((0, reason + ": it is not kept" + Environment.NewLine)));
        var database = _app.Services.GetRequiredService<IDatabase>();
        Assert.That(await database.ReadAsync((c, _) => c.ExecuteScalarAsync<long>("select count(*) from fleet_refusal where address = 'mail' and reason = @reason", new { reason }), default), Is.EqualTo(1));
    }

    private static async Task<(int Status, byte[] Body)> PostAsync(HttpClient http, string what, byte[] body, string from)
    {
        using var content = new ByteArrayContent(body);
        using var request = new HttpRequestMessage(HttpMethod.Post, "fleet/v1/" + what) { Content = content };
        request.Headers.TryAddWithoutValidation("X-Forwarded-For", from);
        using var answer = await http.SendAsync(request);
        return ((int)answer.StatusCode, await answer.Content.ReadAsByteArrayAsync());
    }
}
