using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using CopyTrack.Agent;
using CopyTrack.Agent.Local;
using CopyTrack.Integration.Live;
using CopyTrack.TestKit.Usb;
using NUnit.Framework;

namespace CopyTrack.Integration.Fleet;

/// <summary>What a manager may want of an agent whose owner allows it, and what stays at the site when its owner hides addresses.</summary>
[Parallelizable] // Its peers are its own, and it waits most of the time.
internal sealed class WantsTests
{
    // Three by SNMP, and one on USB at a PC.
    private const int Devices = 4;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);

    [Test]
    public async Task Agent_does_what_the_list_allows_and_keeps_addresses_at_home()
    {
        await using var manager = await LiveSite.StartAsync(Db.Sqlite);
        await using var site = new FleetSite(31, Devices - 1);
        using var printer = new PseudoPrinter();
        using var local = new LocalAgent(new LocalSettings { Key = "a key of the site", Listen = "127.0.0.1", Port = 0, Pjl = [printer.Path], ReadSeconds = 1 }, site, TimeProvider.System);
        using var localEnds = new CancellationTokenSource();
        var localRuns = local.RunAsync(localEnds.Token);
        await UntilAsync(() => local.Printers == 1, site);
        using var http = await manager.ClientAsync();
        site.Line.Target = manager.HttpsPort;
        await http.PutAsJsonAsync(new Uri("/api/v1/fleet/nodes/acme", UriKind.Relative), new { kind = "customer" });
        await http.PutAsJsonAsync(new Uri($"/api/v1/fleet/nodes/{site.Name}", UriKind.Relative), new { kind = "site", parent = "acme" });
        var code = JsonNode.Parse(await (await http.PostAsJsonAsync(new Uri("/api/v1/fleet/agents/hall/code", UriKind.Relative), new { site = site.Name })).Content.ReadAsStringAsync())!;
        site.Settings.CaFingerprint = code["caFingerprint"]!.GetValue<string>();
        await FleetAgent.EnrolAsync(site.Settings, code["code"]!.GetValue<string>(), default);
        site.Settings = site.Settings with { CounterSeconds = 3600, InventorySeconds = 3600, AllowRequests = true, HideAddresses = true, Local = [new LocalAgentSource("localhost", "a key of the site", local.Port)] };
        await site.StartAsync();
        await UntilAsync(() => site.Readings.Count == Devices && site.Waiting == 0, site);

        // Read now: once, however often the agent asks.
        Assert.That(await WantAsync(http, new { readNow = true }), Is.EqualTo(HttpStatusCode.Accepted));
        await UntilAsync(() => site.Readings.Count == 2 * Devices, site);
        await Task.Delay(2500);
        Assert.That(site.Readings, Has.Count.EqualTo(2 * Devices), site.ToString());

        // An interval outlives a restart of the agent, and one beyond the bounds is not taken.
        Assert.That(await WantAsync(http, new { counterSeconds = 5 }), Is.EqualTo(HttpStatusCode.UnprocessableEntity));
        Assert.That(await WantAsync(http, new { counterSeconds = 7200, inventorySeconds = 7300 }), Is.EqualTo(HttpStatusCode.Accepted));
        var orders = Path.Combine(site.Settings.State, "orders.json");
        await UntilAsync(() => File.Exists(orders) && File.ReadAllText(orders).Contains("7200", StringComparison.Ordinal), site);
        await site.StopAsync();
        var again = site.Readings.Count + Devices;
        await site.StartAsync();
        await UntilAsync(() => site.Readings.Count == again && site.Waiting == 0, site);
        Assert.That(await File.ReadAllTextAsync(orders), Does.Contain("7300"));

        // There is no other verb.
        foreach (var body in new object[] { new { run = "reboot" }, new { oid = "1.3.6.1" }, new { ranges = new[] { "10.0.0.0/24" } } })
        {
            Assert.That((int)await WantAsync(http, body), Is.AnyOf(400, 422), body.ToString());
        }

        // Whose owner does not allow it asks nothing.
        await site.StopAsync();
        site.Settings = site.Settings with { AllowRequests = false };
        var before = site.Readings.Count + Devices;
        await site.StartAsync();
        await UntilAsync(() => site.Readings.Count == before && site.Waiting == 0, site);
        await WantAsync(http, new { readNow = true });
        await Task.Delay(2500);
        Assert.That(site.Readings, Has.Count.EqualTo(before));

        Assert.That(await manager.ScalarAsync("select count(*) from fleet_device"), Is.EqualTo(Devices));
        Assert.That(await manager.ScalarAsync("select count(*) from fleet_device where address is not null"), Is.Zero);
        Assert.That(await manager.ScalarAsync("select count(*) from device_inventory where device_id in (select device_id from fleet_device) and (report like '%127.77.%' or json_extract(report, '$.identity.macAddress') is not null or json_extract(report, '$.identity.hostName') is not null)"), Is.Zero);
        Assert.That(await manager.ScalarAsync("select count(*) from device where address like '127.77.%'"), Is.Zero);
        Assert.That(await manager.ScalarAsync("select count(*) from device where name = 'Pseudo Laser'"), Is.EqualTo(1));
        await manager.GoodAsync("audit", "--full");
        await localEnds.CancelAsync();
        await localRuns;
    }

    private static async Task<HttpStatusCode> WantAsync(HttpClient http, object body) => (await http.PostAsJsonAsync(new Uri("/api/v1/fleet/agents/hall/wants", UriKind.Relative), body)).StatusCode;

    private static async Task UntilAsync(Func<bool> holds, FleetSite site)
    {
        for (var until = DateTimeOffset.UtcNow + Patience; !holds(); await Task.Delay(50))
        {
            if (DateTimeOffset.UtcNow > until)
            {
                Assert.Fail($"not within {Patience}: {site}");
            }
        }
    }
}
