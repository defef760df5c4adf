using System.Collections.Frozen;
using System.Diagnostics;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Gateway;
using CopyTrack.Server.Secrets;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Gateway;

[TestFixture]
internal sealed class HandshakeTests
{
    private GatewayHost host = null!;
    private string foreignFolder = "";
    private SecretFolder foreign = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        foreignFolder = Path.Combine(Directory.CreateTempSubdirectory("copytrack-foreign-").FullName, "secrets");
        foreign = SecretFolder.Open(new SecretsOptions { Directory = foreignFolder, CreateWhenMissing = true }, TimeProvider.System);
        host = await GatewayHost.StartAsync(o => o with { AddedAuthorities = [new AddedAuthority(foreign.Authority.Certificate, FrozenSet.Create("listed"))] });
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        await host.DisposeAsync();
        foreign.Dispose();
        Directory.Delete(Path.GetDirectoryName(foreignFolder)!, recursive: true);
    }

    [TestCase(SslProtocols.Tls13)]
    [TestCase(SslProtocols.Tls12)]
    public async Task Terminal_with_a_good_certificate_gets_in(SslProtocols protocol)
    {
        using var certificate = await host.EnrolAsync("good-" + protocol);
        await using var terminal = await host.ConnectAsync(certificate, protocol);
        Assert.That(terminal.Stream.SslProtocol, Is.EqualTo(protocol));
        Assert.That(terminal.Stream.NegotiatedApplicationProtocol.ToString(), Is.EqualTo("copytrack/1"));
        Assert.That(terminal.Stream.NegotiatedCipherSuite.ToString(), Does.Contain("GCM").Or.Contain("POLY1305"));
        await terminal.HelloAsync();
    }

    [Test]
    public async Task Terminal_without_a_certificate_is_refused() => await AssertRefusedAsync(null);

    [Test]
    public async Task Expired_certificate_is_refused()
    {
        using var certificate = await host.EnrolAsync("expired", TimeSpan.FromDays(400));
        await AssertRefusedAsync(certificate);
    }

    [Test]
    public async Task Certificate_of_a_foreign_authority_is_refused_although_its_terminal_is_known()
    {
        await host.AddTerminalAsync("stolen");
        using var certificate = Make(foreign.Authority, "stolen");
        await AssertRefusedAsync(certificate);
    }

    [Test]
    public async Task Self_made_certificate_is_refused()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=x", key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        await AssertRefusedAsync(certificate);
    }

    [Test]
    public async Task The_servers_own_certificate_is_no_client_certificate() =>
        await AssertRefusedAsync(host.Secrets.ServerCertificate.Current.TargetCertificate);

    [Test]
    public async Task Added_authority_counts_for_the_listed_terminal()
    {
        await host.AddTerminalAsync("listed");
        using var certificate = Make(foreign.Authority, "listed");
        await using var terminal = await host.ConnectAsync(certificate);
        await terminal.HelloAsync();
    }

    [Test]
    public async Task Certificate_that_was_never_recorded_reads_no_byte()
    {
        await host.AddTerminalAsync("unrecorded");
        using var certificate = Make(host.Secrets.Authority, "unrecorded");
        await AssertRefusedAsync(certificate);
    }

    [Test]
    public async Task Revoked_terminal_is_cut_at_once_and_refused_from_then_on_even_with_a_ticket()
    {
        using var certificate = await host.EnrolAsync("revoked");
        await using (var terminal = await host.ConnectAsync(certificate))
        {
            await terminal.HelloAsync();
            await host.Services.GetRequiredService<TerminalRepository>().RevokeAsync("revoked", "test", CancellationToken.None);
            await host.Services.GetRequiredService<ITerminalDirectory>().RefreshAsync(CancellationToken.None);
            Assert.That(await terminal.ReadAsync(), Does.Contain("panel.lock").And.Contain("revoked"), "the panel is locked before the line is cut");
            Assert.That(await terminal.ReadAsync(), Does.Contain("terminal.closing").And.Contain("revoked"));
            Assert.That(await terminal.ReadAsync(), Is.Null);
        }
        await AssertRefusedAsync(certificate);
        await AssertRefusedAsync(certificate);
    }

    [TestCase("-tls1_2 -cipher ECDHE-ECDSA-AES256-SHA384")]
    [TestCase("-tls1_2 -cipher ECDHE-ECDSA-AES128-SHA")]
    [TestCase("-tls1_1")]
    [TestCase("-alpn http/1.1")]
    public async Task Openssl_gets_an_alert_for_what_is_not_offered(string arguments)
    {
        using var certificate = await host.EnrolAsync("openssl");
        var output = await OpenSslAsync(certificate, arguments, "");
        Assert.That(output, Does.Contain("alert").Or.Contain("no protocols available").Or.Contain("no ciphers available"));
        Assert.That(output, Does.Not.Contain("\"result\""));
    }

    [Test]
    public async Task Openssl_without_a_certificate_gets_an_error_and_no_byte()
    {
        var output = await OpenSslAsync(null, "-tls1_3", Lines.Hello + "\n");
        Assert.That(output, Does.Contain("alert").Or.Contain("unexpected eof").Or.Contain("errno"));
        Assert.That(output, Does.Not.Contain("jsonrpc"));
    }

    [Test]
    public async Task Openssl_with_a_foreign_certificate_gets_an_error_and_no_byte()
    {
        await host.AddTerminalAsync("stolen");
        using var certificate = Make(foreign.Authority, "stolen");
        var output = await OpenSslAsync(certificate, "-tls1_3", Lines.Hello + "\n");
        Assert.That(output, Does.Contain("alert").Or.Contain("unexpected eof").Or.Contain("errno"));
        Assert.That(output, Does.Not.Contain("jsonrpc"));
    }

    [TestCase("-tls1_3")]
    [TestCase("-tls1_2")]
    public async Task Openssl_says_hello_by_hand(string version)
    {
        using var certificate = await host.EnrolAsync("by-hand" + version);
        var output = await OpenSslAsync(certificate, version + " -verify_return_error -verify_hostname localhost", Lines.Hello + "\n" + Lines.Ping + "\n", wanted: "\"id\":2,\"result\"");
        Assert.That(output, Does.Contain("\"id\":1,\"result\"").And.Contain("\"id\":2,\"result\""));
    }

    private static X509Certificate2 Make(ICertificateAuthority authority, string terminal)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var issued = authority.Issue(terminal, new PublicKey(key), TimeProvider.System.GetUtcNow());
        return issued.CopyWithPrivateKey(key);
    }

    private async Task AssertRefusedAsync(X509Certificate2? certificate)
    {
        // A TLS 1.3 client may notice only at its first read.
        string? line = null;
        try
        {
            await using var terminal = await host.ConnectAsync(certificate);
            await terminal.SendAsync(Lines.Hello);
            line = await terminal.ReadAsync();
        }
        catch (Exception ex) when (ex is AuthenticationException or IOException)
        {
            // The alert came during the handshake or at the first write.
        }
        Assert.That(line, Is.Null);
    }

    private async Task<string> OpenSslAsync(X509Certificate2? certificate, string arguments, string input, string? wanted = null)
    {
        var file = Path.Combine(host.Root, Guid.NewGuid().ToString("N") + ".pem");
        var identity = "";
        if (certificate is not null)
        {
            using var key = certificate.GetECDsaPrivateKey()!;
            await File.WriteAllTextAsync(file, certificate.ExportCertificatePem() + "\n" + key.ExportPkcs8PrivateKeyPem() + "\n");
            identity = $"-cert {file} -key {file}";
        }
        var start = new ProcessStartInfo("openssl", $"s_client -connect 127.0.0.1:{host.Port} -CAfile {host.CaFile} {identity} -servername localhost -quiet -no_ign_eof {arguments}")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        await process.StandardInput.WriteAsync(input);
        await process.StandardInput.FlushAsync();
        var output = "";
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (await process.StandardOutput.ReadLineAsync(patience.Token) is { } line)
        {
            output += line + "\n";
            if (wanted is not null && line.Contains(wanted, StringComparison.Ordinal))
            {
                break;
            }
        }
        process.StandardInput.Close();
        await process.WaitForExitAsync(patience.Token);
        return output + await error;
    }
}
