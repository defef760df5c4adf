using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Text.Json;
using NUnit.Framework;

namespace CopyTrack.Integration.Demo;

/// <summary>The demo as a newcomer starts it: a process, its console, its port.</summary>
[NonParallelizable]
internal sealed class DemoTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private string directory = "";

    [SetUp]
    public void MakeDirectory() => directory = Directory.CreateTempSubdirectory("copytrack-demo-").FullName;

    [TearDown]
    public void RemoveDirectory() => Directory.Delete(directory, recursive: true);

    [Test]
    public async Task Office_lives_ends_cleanly_and_goes_on_after_the_next_start()
    {
        for (var start = 0; start < 2; start++)
        {
            using var demo = Built.Start(directory, "demo", "--Data:Directory=office", "--Https:Port=0", "--Terminals:Port=0");
            try
            {
                var errors = demo.StandardError.ReadToEndAsync();
                var port = await PortAsync(demo);
                var console = demo.StandardOutput.ReadToEndAsync();
                using var browser = await BrowserAsync(port);
                Assert.That((await browser.GetAsync("/health/ready")).StatusCode, Is.EqualTo(HttpStatusCode.OK));
                Assert.That(Listeners(port), Is.EqualTo(new[] { IPAddress.Loopback }), "nothing may listen outside the loopback");
                Assert.That(await OpenSessionsAsync(browser), Is.Positive);
                Assert.That(await PeopleWithPagesAsync(browser), Is.GreaterThan(20), "the weeks before today have left their pages");
                Assert.That(await Built.TerminateAsync(demo), Is.Zero, await errors);
                Assert.That(await errors, Is.Empty);
                Assert.That(await console, Does.Contain("puts a badge on the reader").And.Contain("The demo ends."));
            }
            finally
            {
                demo.Kill();
            }

            var (status, output, error) = await Built.RunAsync(directory, "audit", "--full", "--Data:Directory=office");
            Assert.That(status, Is.Zero, output + error);
        }
    }

    [TestCase("Https:Port")]
    [TestCase("Terminals:Port")]
    public async Task Port_in_use_is_told_with_its_key(string key)
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
        var (status, _, error) = await Built.RunAsync(directory, "demo", "--Data:Directory=office", "--Https:Port=0", "--Terminals:Port=0", $"--{key}={port}");
        Assert.That((status, error.Split('\n').Length), Is.EqualTo((2, 2)), error);
        Assert.That(error, Does.StartWith(key + ": "));
    }

    [Test]
    public async Task Folder_of_something_else_is_never_touched()
    {
        var file = Path.Combine(directory, "copytrack.db");
        await File.WriteAllTextAsync(file, "of a real installation");
        var (status, _, error) = await Built.RunAsync(directory, "demo", "--fresh", $"--Data:Directory={directory}");
        Assert.That(status, Is.EqualTo(2));
        Assert.That(error, Does.StartWith("Data:Directory: "));
        Assert.That(await File.ReadAllTextAsync(file), Is.EqualTo("of a real installation"));
    }

    private static async Task<int> PortAsync(Process demo)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (await demo.StandardOutput.ReadLineAsync(patience.Token) is { } line)
        {
            if (line.StartsWith("open https://", StringComparison.Ordinal))
            {
                return new Uri(line["open ".Length..]).Port;
            }
        }

        throw new AssertionException("the demo ended before it told what to open");
    }

    private async Task<HttpClient> BrowserAsync(int port)
    {
        var (status, token, error) = await Built.RunAsync(directory, "token", "create", "--role", "administrator", "--Data:Directory=office");
        Assert.That(status, Is.Zero, error);
        var browser = new HttpClient(new HttpClientHandler { ServerCertificateCustomValidationCallback = HttpClientHandler.DangerousAcceptAnyServerCertificateValidator })
        {
            BaseAddress = new UriBuilder("https", "localhost", port).Uri,
        };
        browser.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token.Trim());
        return browser;
    }

    private static IPAddress[] Listeners(int port) =>
        [.. IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Where(l => l.Port == port).Select(l => l.Address)];

    /// <summary>Sessions open now, as soon as there is one.</summary>
    private static async Task<int> OpenSessionsAsync(HttpClient browser)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            using var answer = JsonDocument.Parse(await browser.GetStringAsync("/api/v1/sessions?state=active", patience.Token));
            if (answer.RootElement.GetProperty("items").GetArrayLength() is > 0 and var count)
            {
                return count;
            }

            await Task.Delay(200, patience.Token);
        }
    }

    private static async Task<int> PeopleWithPagesAsync(HttpClient browser)
    {
        var from = DateTime.UtcNow.AddDays(-40).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        using var answer = JsonDocument.Parse(await browser.GetStringAsync($"/api/v1/reports/users?from={from}"));
        return answer.RootElement.GetProperty("rows").EnumerateArray().Count(r => r.GetProperty("impressions").GetInt64() > 0);
    }
}
