using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using NUnit.Framework;

namespace CopyTrack.Tools.Tests.Terminal;

/// <summary>First enrolment and renewal against an EST server of the test's own.</summary>
internal sealed class EnrolmentTests
{
    private const string Code = "6f1c9a7e-one-time-code-2b44";
    private readonly List<(string Path, string? Authorization, string Key, string? ClientName)> requests = [];
    private TerminalBench bench = null!;
    private WebApplication web = null!;
    private bool loseNextReply;

    [SetUp]
    public async Task SetUp()
    {
        bench = new TerminalBench();
        requests.Clear();
        loseNextReply = false;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(https =>
        {
            https.ServerCertificate = bench.Authority.IssueServer();
            https.ClientCertificateMode = ClientCertificateMode.AllowCertificate;
            https.AllowAnyClientCertificate();
        })));
        web = builder.Build();
        web.MapGet("/.well-known/est/cacerts", (HttpContext context) =>
        {
            requests.Add((context.Request.Path, context.Request.Headers.Authorization, "", null));
            return Results.Text(TestAuthority.Bag(bench.Authority.Certificate), "application/pkcs7-mime");
        });
        web.MapPost("/.well-known/est/{operation}", EnrolAsync);
        await web.StartAsync();
        bench.Config["server"]!["enrolmentUrl"] = web.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        bench.Config["server"]!["caFingerprint"] = bench.Authority.Fingerprint;
        Directory.Delete(bench.Keys, recursive: true);
    }

    [TearDown]
    public async Task TearDown()
    {
        await web.DisposeAsync();
        bench.Dispose();
    }

    [Test]
    public async Task Terminal_enrols_and_then_connects()
    {
        var (status, output, errors) = await TerminalProcess.FinishAsync("enrol", "--config", bench.ConfigFile, "--code", Code);
        Assert.That(status, Is.Zero, errors);
        Assert.That(output + errors, Does.Not.Contain(Code));
        Assert.That(requests.Select(r => r.Path), Is.EqualTo((string[])["/.well-known/est/cacerts", "/.well-known/est/simpleenroll"]));
        Assert.That(requests[0].Authorization, Is.Null);
        Assert.That(requests[1].Authorization, Is.EqualTo("Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes("t1:" + Code))));
        using var stat = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("stat", ["-c", "%a", bench.Keys, Path.Combine(bench.Keys, "terminal.pem")]) { RedirectStandardOutput = true })!;
        Assert.That((await stat.StandardOutput.ReadToEndAsync()).Split('\n')[..2], Is.EqualTo((string[])["700", "600"]));
        Assert.That(Directory.GetFiles(bench.Keys).Select(Path.GetFileName), Is.EquivalentTo((string[])["terminal.pem", "ca.pem"]), "nothing temporary stays");

        await using var terminal = bench.Start();
        using var link = await bench.Server.WelcomeAsync();
        await terminal.EventAsync("connected");
    }

    [Test]
    public async Task Code_is_not_sent_when_the_fingerprint_does_not_fit()
    {
        var (status, _, errors) = await TerminalProcess.FinishAsync("enrol", "--config", bench.ConfigFile, "--code", Code, "--fingerprint", new string('a', 64));
        Assert.That(status, Is.EqualTo(1));
        Assert.That(errors, Does.Contain("fingerprint"));
        Assert.That(requests.Select(r => r.Path), Is.EqualTo((string[])["/.well-known/est/cacerts"]));
        Assert.That(requests[0].Authorization, Is.Null);
    }

    [Test]
    public async Task Lost_reply_is_resumed_with_the_same_key()
    {
        loseNextReply = true;
        Assert.That((await TerminalProcess.FinishAsync("enrol", "--config", bench.ConfigFile, "--code", Code)).Status, Is.EqualTo(3));
        Assert.That((await TerminalProcess.FinishAsync("enrol", "--config", bench.ConfigFile, "--code", Code)).Status, Is.Zero);
        var keys = requests.Where(r => r.Path.EndsWith("simpleenroll", StringComparison.Ordinal)).Select(r => r.Key).ToArray();
        Assert.That(keys, Has.Length.EqualTo(2));
        Assert.That(keys[0], Is.EqualTo(keys[1]));
    }

    [Test]
    public async Task Wrong_code_is_told_in_words_and_never_repeated()
    {
        var (status, output, errors) = await TerminalProcess.FinishAsync("enrol", "--config", bench.ConfigFile, "--code", "some-other-code");
        Assert.That(status, Is.EqualTo(1));
        Assert.That(errors, Does.Contain("refused the code"));
        Assert.That(output + errors, Does.Not.Contain("some-other-code"));
    }

    [Test]
    public async Task Certificate_is_renewed_after_two_thirds_of_its_time()
    {
        bench.Authority.Enrol(bench.Keys, "t1", DateTimeOffset.UtcNow.AddDays(-70), DateTimeOffset.UtcNow.AddDays(30));
        var before = File.ReadAllText(Path.Combine(bench.Keys, "terminal.pem"));
        await using (var terminal = bench.Start())
        {
            using var link = await bench.Server.WelcomeAsync();
            using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(20));
            while (File.ReadAllText(Path.Combine(bench.Keys, "terminal.pem")) == before)
            {
                await Task.Delay(50, deadline.Token);
            }
            Assert.That(requests.Single().Path, Is.EqualTo("/.well-known/est/simplereenroll"));
            Assert.That(requests.Single().ClientName, Is.EqualTo("CN=t1"), "the present certificate is the credential");
        }
        await using var next = bench.Start();
        using var second = await bench.Server.WelcomeAsync();
        await next.EventAsync("connected");
        Assert.That(requests, Has.Count.EqualTo(1), "not due any more");
    }

    [Test]
    public async Task Young_certificate_is_left_alone()
    {
        bench.Authority.Enrol(bench.Keys, "t1", DateTimeOffset.UtcNow.AddDays(-60), DateTimeOffset.UtcNow.AddDays(40));
        await using var terminal = bench.Start();
        using var link = await bench.Server.WelcomeAsync();
        await terminal.EventAsync("connected");
        Assert.That(requests, Is.Empty);
    }

    private async Task<IResult> EnrolAsync(string operation, HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var der = Convert.FromBase64String(await reader.ReadToEndAsync());
        var request = CertificateRequest.LoadSigningRequest(der, HashAlgorithmName.SHA256, CertificateRequestLoadOptions.Default);
        Assert.That(context.Request.ContentType, Is.EqualTo("application/pkcs10"));
        requests.Add((context.Request.Path, context.Request.Headers.Authorization, Convert.ToBase64String(request.PublicKey.ExportSubjectPublicKeyInfo()), context.Connection.ClientCertificate?.Subject));
        var authorized = operation == "simplereenroll" ? context.Connection.ClientCertificate is not null
            : context.Request.Headers.Authorization == "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes("t1:" + Code));
        if (!authorized)
        {
            return Results.Unauthorized();
        }
        if (loseNextReply)
        {
            loseNextReply = false;
            context.Abort();
            return Results.Empty;
        }
        using var issued = bench.Authority.IssueTerminal(request.PublicKey, "t1", DateTimeOffset.UtcNow.AddMinutes(-5), DateTimeOffset.UtcNow.AddDays(365));
        return Results.Text(TestAuthority.Bag(issued), "application/pkcs7-mime");
    }
}
