using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using CopyTrack.Integration.Demo;
using CopyTrack.Integration.Fleet;
using NUnit.Framework;

namespace CopyTrack.Integration.Browser;

/// <summary>
/// Every page of the demo in Chromium, in both languages, light and dark: nothing keeps people out, nothing fails in a script, and all of it goes by keyboard. Also what no link leads to: narrowed
/// lists, refused forms, previews, half a sign-in, the pages of other roles and of a device's panel; an agent inside the server reads a fleet of three copiers.
/// </summary>
[Category("Alone")] // The demo lives; pages are looked at against the clock.
internal sealed partial class EveryPageTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    [Test]
    public async Task No_page_keeps_anybody_out()
    {
        var directory = Directory.CreateTempSubdirectory("copytrack-pages-").FullName;
        await using FleetSite fleet = new(79, 3);
        var agent = Path.Combine(directory, "agent.json");
        await File.WriteAllTextAsync(agent, JsonSerializer.Serialize(new
        {
            manager = "https://localhost", state = Path.Combine(directory, "agent"), ranges = new[] { "127.77.79.1-3" }, port = fleet.SnmpPort, counterSeconds = 5, inventorySeconds = 5,
        }));
        using var demo = Built.Start(
            directory, "demo", "--Data:Directory=office", "--Https:Port=0", "--Terminals:Port=0", "--Fleet:LocalAgent=" + agent, "--Alerts:RoundSeconds=5", "--Web:Roles:walkers=user");
        try
        {
            var complained = demo.StandardError.ReadToEndAsync();
            var address = await AddressAsync(demo);
            var said = demo.StandardOutput.ReadToEndAsync();
            var (status, output, error) = await Built.RunAsync(directory, "setup-code", "--another", "--Data:Directory=office");
            Assert.That(status, Is.Zero, error);
            await using var script = new BrowserScript("walk.mjs", "--base", address, "--code", SetupCode().Match(output).Value, "--axe", "--database", Path.Combine(directory, "office", "copytrack.db"));
            var (ended, told) = await script.EndAsync();
            Assert.That(ended, Is.Zero, told);
            Assert.That(told, Does.Match("^(9[0-9]|1[0-9]{2}) pages, 0 faults"), "too few pages were found");
            demo.Kill();
            Assert.That((await complained + await said).Split('\n').Where(line => line.Contains("warn: Microsoft.", StringComparison.Ordinal)), Is.Empty, "a page that is looked at leaves nothing in the log");
        }
        finally
        {
            demo.Kill();
            await demo.WaitForExitAsync();
            Directory.Delete(directory, recursive: true);
        }
    }

    private static async Task<string> AddressAsync(Process demo)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (await demo.StandardOutput.ReadLineAsync(patience.Token) is { } line)
        {
            if (line.StartsWith("open https://", StringComparison.Ordinal))
            {
                return line["open ".Length..].TrimEnd('/');
            }
        }

        throw new AssertionException("the demo ended before it told what to open");
    }

    [GeneratedRegex("([0-9A-Z]{4}-){3}[0-9A-Z]{4}")]
    private static partial Regex SetupCode();
}
