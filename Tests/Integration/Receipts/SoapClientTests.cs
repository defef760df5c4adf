using System.Diagnostics;
using CopyTrack.Integration.Live;
using NUnit.Framework;

namespace CopyTrack.Integration.Receipts;

/// <summary>Independent SOAP clients that know nothing but the WSDL's address and the device's secret.</summary>
[Parallelizable] // Each has a server of its own.
internal sealed class SoapClientTests
{
    [TestCase("python3-zeep", "/usr/bin/python3", "zeep_client.py", "AccountingSoap11", "AccountingSoap12")]
    [TestCase("php-soap", "/usr/bin/php", "php_client.php", "soap11", "soap12")]
    [TestCase("libsoap-lite-perl", "/usr/bin/perl", "perl_client.pl", "soap1.1", "soap1.2")]
    public async Task Client_sends_receipts_by_both_bindings(string package, string program, string script, params string[] bindings)
    {
        await using var site = await LiveSite.StartAsync(Db.Sqlite);
        var secret = (await site.GoodAsync("device", "credential", "hall")).Trim();
        using var client = Process.Start(new ProcessStartInfo(
            program, [Path.Combine(AppContext.BaseDirectory, "Receipts", "Clients", script), $"https://localhost:{site.HttpsPort}/soap/accounting?wsdl", "hall", secret])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        var errors = client.StandardError.ReadToEndAsync();
        var output = await client.StandardOutput.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(60));
        await client.WaitForExitAsync();
        Assert.That(client.ExitCode, Is.Zero, $"apt-get install {package}\n{output}{await errors}\n{site.Log}");
        foreach (var binding in bindings)
        {
            var lines = output.Split('\n').Where(l => l.StartsWith(binding + " ", StringComparison.Ordinal)).ToList();
            Assert.That(lines.Count(l => l.EndsWith(" accepted", StringComparison.Ordinal)), Is.EqualTo(1), output);
            Assert.That(lines.Count(l => l.EndsWith(" duplicate", StringComparison.Ordinal)), Is.EqualTo(1), output);
            Assert.That(lines.Single(l => l.Contains(" fault ", StringComparison.Ordinal)), Does.EndWith("Client").Or.EndWith("Sender"), output);
        }

        Assert.That(await site.ScalarAsync("select count(*) from receipt"), Is.EqualTo(bindings.Length));
        Assert.That(await site.ScalarAsync("select count(*) from device_attempt"), Is.GreaterThan(0), "the bad ones are shown");
    }
}
