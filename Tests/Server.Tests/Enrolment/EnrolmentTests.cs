using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Enrolment;
using CopyTrack.Server.Secrets;
using CopyTrack.Server.Tests.Gateway;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Enrolment;

[TestFixture]
internal sealed class EnrolmentTests
{
    private ManualTime time = null!;
    private GatewayHost host = null!;

    [SetUp]
    public async Task StartAsync()
    {
        time = new ManualTime();
        host = await GatewayHost.StartAsync(time: time);
        await host.AddTerminalAsync("t1");
        // Issued now: one of the advanced clock would not be valid yet for the client's real one.
        _ = host.Secrets.ServerCertificate.Current;
    }

    [TearDown]
    public async Task StopAsync() => await host.DisposeAsync();

    [Test]
    public async Task Ca_certificates_carry_the_ca_whose_fingerprint_goes_with_the_code()
    {
        using var client = Client();
        using var response = await client.GetAsync("cacerts");
        Assert.That(response.Content.Headers.ContentType!.MediaType, Is.EqualTo("application/pkcs7-mime"));
        var ca = ReadPkcs7(await response.Content.ReadAsStringAsync());
        var code = await CodeAsync("t1");
        Assert.That(Convert.ToHexStringLower(SHA256.HashData(ca.RawData)), Is.EqualTo(code.CaFingerprint));
        Assert.That(code.ExpiresAt, Is.EqualTo(time.GetUtcNow().AddHours(24)));
    }

    [TestCase("P-256")]
    [TestCase("P-384")]
    [TestCase("RSA-2048")]
    public async Task Terminal_enrols_with_its_code_and_connects(string kind)
    {
        using var key = Key(kind);
        var certificate = await EnrolledAsync("t1", (await CodeAsync("t1")).Code, key);
        Assert.That(TerminalNames.Read(certificate), Is.EqualTo("t1"));
        using var identity = key is ECDsa ec ? certificate.CopyWithPrivateKey(ec) : certificate.CopyWithPrivateKey((RSA)key);
        await using var terminal = await host.ConnectAsync(identity);
        await terminal.HelloAsync();
    }

    [Test]
    public async Task Code_is_good_once_but_the_same_key_gets_its_certificate_again_for_ten_minutes()
    {
        using var key = Key("P-256");
        using var other = Key("P-256");
        var code = (await CodeAsync("t1")).Code;
        var first = await EnrolledAsync("t1", code, key);
        var again = await EnrolledAsync("t1", code, key);
        Assert.That(again.RawData, Is.EqualTo(first.RawData));
        Assert.That(await StatusAsync("t1", code, other), Is.EqualTo(HttpStatusCode.Unauthorized));
        time.Advance(TimeSpan.FromMinutes(10));
        Assert.That(await StatusAsync("t1", code, key), Is.EqualTo(HttpStatusCode.Unauthorized));
    }

    [Test]
    public async Task Code_expires_after_a_day()
    {
        using var key = Key("P-256");
        var code = (await CodeAsync("t1")).Code;
        time.Advance(TimeSpan.FromHours(24));
        Assert.That(await StatusAsync("t1", code, key), Is.EqualTo(HttpStatusCode.Unauthorized));
    }

    [Test]
    public async Task Code_is_dead_after_five_wrong_tries()
    {
        using var key = Key("P-256");
        var code = (await CodeAsync("t1")).Code;
        for (var i = 0; i < 5; i++)
        {
            Assert.That(await StatusAsync("t1", i % 2 == 0 ? "wrong" : "0000-" + code[5..], key), Is.EqualTo(HttpStatusCode.Unauthorized));
        }
        Assert.That(await StatusAsync("t1", code, key), Is.EqualTo(HttpStatusCode.Unauthorized));
    }

    [Test]
    public async Task Four_wrong_tries_leave_the_code_alive()
    {
        using var key = Key("P-256");
        var code = (await CodeAsync("t1")).Code;
        for (var i = 0; i < 4; i++)
        {
            await StatusAsync("t1", "wrong", key);
        }
        Assert.That(await StatusAsync("t1", code, key), Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task Older_code_is_dead_when_a_newer_one_is_made()
    {
        using var key = Key("P-256");
        var older = (await CodeAsync("t1")).Code;
        var newer = (await CodeAsync("t1")).Code;
        Assert.That(await StatusAsync("t1", older, key), Is.EqualTo(HttpStatusCode.Unauthorized));
        Assert.That(await StatusAsync("t1", newer, key), Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task No_credentials_ask_for_basic_and_no_code_exists_for_an_unknown_terminal()
    {
        using var client = Client();
        using var response = await client.PostAsync("simpleenroll", new StringContent("x"));
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
        Assert.That(response.Headers.WwwAuthenticate.Single().Scheme, Is.EqualTo("Basic"));
        using var renewal = await client.PostAsync("simplereenroll", new StringContent("x"));
        Assert.That(renewal.StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
        Assert.That(await host.Services.GetRequiredService<IEnrolmentCodes>().CreateAsync("nobody", CancellationToken.None), Is.Null);
    }

    [Test]
    public async Task Eleventh_failure_in_a_minute_is_throttled_until_the_minute_is_over()
    {
        using var key = Key("P-256");
        for (var i = 0; i < 10; i++)
        {
            Assert.That(await StatusAsync("nobody", "wrong", key), Is.EqualTo(HttpStatusCode.Unauthorized));
        }
        var code = (await CodeAsync("t1")).Code;
        Assert.That(await StatusAsync("t1", code, key), Is.EqualTo(HttpStatusCode.TooManyRequests));
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.That(await StatusAsync("t1", code, key), Is.EqualTo(HttpStatusCode.OK));
    }

    [TestCase("RSA-1024")]
    [TestCase("P-521")]
    public async Task Weak_or_strange_key_is_a_bad_request_and_leaves_the_code_alive(string kind)
    {
        using var weak = Key(kind);
        using var good = Key("P-256");
        var code = (await CodeAsync("t1")).Code;
        Assert.That(await StatusAsync("t1", code, weak), Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That(await StatusAsync("t1", code, good), Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task Bad_bodies_are_bad_requests_and_long_ones_are_refused()
    {
        using var key = Key("P-256");
        var code = (await CodeAsync("t1")).Code;
        var request = Request(key);
        var forged = (byte[])request.Clone();
        forged[^1] ^= 1;
        foreach (var body in new[] { "", "not base64 !!", "AAAA", Convert.ToBase64String(forged), Convert.ToBase64String(request[..^5]), Convert.ToBase64String([.. request, 0]) })
        {
            using var response = await PostAsync("t1", code, body);
            Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest), body);
        }
        using var tooLong = await PostAsync("t1", code, new string('A', 20_000));
        Assert.That(tooLong.StatusCode, Is.EqualTo(HttpStatusCode.RequestEntityTooLarge));
        using var pem = await PostAsync("t1", code, PemEncoding.WriteString("CERTIFICATE REQUEST", request));
        Assert.That(pem.StatusCode, Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task Renewal_goes_by_the_current_certificate_and_both_are_good_then()
    {
        using var key = (ECDsa)Key("P-256");
        using var newKey = (ECDsa)Key("P-256");
        using var current = (await EnrolledAsync("t1", (await CodeAsync("t1")).Code, key)).CopyWithPrivateKey(key);
        using var client = Client(current);
        using var response = await client.PostAsync("simplereenroll", Body(Convert.ToBase64String(Request(newKey))));
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        using var renewed = ReadPkcs7(await response.Content.ReadAsStringAsync()).CopyWithPrivateKey(newKey);
        Assert.That(renewed.SerialNumber, Is.Not.EqualTo(current.SerialNumber));
        await using (var terminal = await host.ConnectAsync(renewed))
        {
            await terminal.HelloAsync();
        }
        await using (var terminal = await host.ConnectAsync(current))
        {
            await terminal.HelloAsync();
        }
    }

    [Test]
    public async Task Revoked_terminal_renews_nothing_and_a_new_code_brings_it_back_with_a_new_certificate_only()
    {
        using var key = (ECDsa)Key("P-256");
        using var current = (await EnrolledAsync("t1", (await CodeAsync("t1")).Code, key)).CopyWithPrivateKey(key);
        var repository = host.Services.GetRequiredService<TerminalCertificateRepository>();
        await host.Services.GetRequiredService<TerminalRepository>().RevokeAsync("t1", "test", CancellationToken.None);
        using var client = Client(current);
        using var response = await client.PostAsync("simplereenroll", Body(Convert.ToBase64String(Request(key))));
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));

        using var newKey = (ECDsa)Key("P-256");
        using var back = (await EnrolledAsync("t1", (await CodeAsync("t1")).Code, newKey)).CopyWithPrivateKey(newKey);
        await using var terminal = await host.ConnectAsync(back);
        await terminal.HelloAsync();
        Assert.That((await repository.FindAsync(current.SerialNumber, CancellationToken.None))!.Revoked, Is.True);
    }

    [Test]
    public async Task Many_at_once_with_one_code_get_one_certificate()
    {
        var code = (await CodeAsync("t1")).Code;
        var keys = Enumerable.Range(0, 6).Select(_ => Key("P-256")).ToList();
        var answers = await Task.WhenAll(keys.Select(k => StatusAsync("t1", code, k)));
        Assert.That(answers.Count(a => a == HttpStatusCode.OK), Is.EqualTo(1));
        keys.ForEach(k => k.Dispose());
    }

    [Test]
    public async Task Curl_and_openssl_enrol_by_hand()
    {
        var code = (await CodeAsync("t1")).Code;
        var script = $$"""
            set -e; cd {{host.Root}}
            openssl ecparam -name prime256v1 -genkey -noout -out k.pem
            openssl req -new -key k.pem -subj /CN=ignored -outform DER | openssl base64 > req.b64
            E=https://localhost:{{host.HttpsPort}}/.well-known/est
            curl -sS --fail --cacert {{host.CaFile}} $E/cacerts | openssl base64 -d | openssl pkcs7 -inform DER -print_certs > ca.pem
            curl -sS --fail --cacert ca.pem -u 't1:{{code}}' -H 'Content-Type: application/pkcs10' --data-binary @req.b64 $E/simpleenroll | openssl base64 -d | openssl pkcs7 -inform DER -print_certs > c.pem
            curl -sS --fail --cacert ca.pem --cert c.pem --key k.pem -H 'Content-Type: application/pkcs10' --data-binary @req.b64 $E/simplereenroll | openssl base64 -d | openssl pkcs7 -inform DER -print_certs > c2.pem
            openssl verify -CAfile ca.pem -purpose sslclient c.pem c2.pem
            openssl x509 -in c2.pem -noout -text
            """;
        using var process = Process.Start(new ProcessStartInfo("bash", ["-c", script]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.That(process.ExitCode, Is.Zero, await error);
        Assert.That(output, Does.Contain("c2.pem: OK").And.Contain("URI:urn:copytrack:terminal:t1").And.Contain("TLS Web Client Authentication"));
        Assert.That(output, Does.Not.Contain("ignored").And.Not.Contain("TLS Web Server"));
    }

    [Test]
    public async Task Https_refuses_a_client_certificate_of_a_foreign_authority()
    {
        using var key = (ECDsa)Key("P-256");
        var request = new CertificateRequest("CN=x", key, HashAlgorithmName.SHA256);
        using var foreign = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        using var client = Client(foreign);
        Assert.That(async () => await client.GetAsync("cacerts"), Throws.InstanceOf<HttpRequestException>());
    }

    private static AsymmetricAlgorithm Key(string kind) => kind switch
    {
        "P-256" => ECDsa.Create(ECCurve.NamedCurves.nistP256),
        "P-384" => ECDsa.Create(ECCurve.NamedCurves.nistP384),
        "P-521" => ECDsa.Create(ECCurve.NamedCurves.nistP521),
        "RSA-1024" => RSA.Create(1024),
        _ => RSA.Create(2048),
    };

    private static byte[] Request(AsymmetricAlgorithm key) => (key is ECDsa ec
        ? new CertificateRequest("CN=ignored", ec, HashAlgorithmName.SHA256)
        : new CertificateRequest("CN=ignored", (RSA)key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)).CreateSigningRequest();

    private static X509Certificate2 ReadPkcs7(string base64)
    {
#pragma warning disable SYSLIB0057 // The only reader of certs-only PKCS#7 without another package.
        var all = new X509Certificate2Collection();
        all.Import(Convert.FromBase64String(base64));
#pragma warning restore SYSLIB0057
        return all.Single();
    }

    private static StringContent Body(string text) => new(text, Encoding.ASCII, "application/pkcs10");

    private async Task<EnrolmentCode> CodeAsync(string terminal) => (await host.Services.GetRequiredService<IEnrolmentCodes>().CreateAsync(terminal, CancellationToken.None))!;

    private async Task<HttpResponseMessage> PostAsync(string terminal, string code, string body)
    {
        using var client = Client();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(terminal + ":" + code)));
        return await client.PostAsync("simpleenroll", Body(body));
    }

    private async Task<HttpStatusCode> StatusAsync(string terminal, string code, AsymmetricAlgorithm key)
    {
        using var response = await PostAsync(terminal, code, Convert.ToBase64String(Request(key)));
        return response.StatusCode;
    }

    private async Task<X509Certificate2> EnrolledAsync(string terminal, string code, AsymmetricAlgorithm key)
    {
        using var response = await PostAsync(terminal, code, Convert.ToBase64String(Request(key)));
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        return ReadPkcs7(await response.Content.ReadAsStringAsync());
    }

    private HttpClient Client(X509Certificate2? certificate = null)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.Add(host.Secrets.Authority.Certificate);
        var handler = new SocketsHttpHandler
        {
            SslOptions = new SslClientAuthenticationOptions
            {
                CertificateChainPolicy = policy,
                ClientCertificateContext = certificate is null ? null : SslStreamCertificateContext.Create(certificate, null, offline: true),
            },
        };
        return new HttpClient(handler) { BaseAddress = new Uri($"https://localhost:{host.HttpsPort}/.well-known/est/") };
    }

    private sealed class ManualTime : TimeProvider
    {
        private readonly DateTimeOffset start = System.GetUtcNow();
        private long offset;

        public override DateTimeOffset GetUtcNow() => start + TimeSpan.FromTicks(Volatile.Read(ref offset));

        public void Advance(TimeSpan by) => Interlocked.Add(ref offset, by.Ticks);
    }
}
