using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using CopyTrack.Agent;
using CopyTrack.Integration.Live;
using NUnit.Framework;

namespace CopyTrack.Integration.Fleet;

/// <summary>An agent whose disk fills up goes on reading and sending, is started again on the full disk, and keeps what it reads once there is room.</summary>
[Parallelizable] // Its peers are its own, and it waits most of the time.
internal sealed class AgentDiskTests
{
    private const int Devices = 3;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);

    [Test]
    public async Task Full_disk_ends_no_agent_and_what_was_kept_is_at_the_manager_once()
    {
        await using var disk = await SmallDisk.StartAsync(megabytes: 1);
        await using var manager = await LiveSite.StartAsync(Db.Sqlite);
        await using var site = new FleetSite(36, Devices);
        using var http = await manager.ClientAsync();
        site.Line.Target = manager.HttpsPort;
        site.Settings = site.Settings with { State = Path.Combine(disk.Outside, "state") };
        await http.PutAsJsonAsync(new Uri("/api/v1/fleet/nodes/acme", UriKind.Relative), new { kind = "customer" });
        await http.PutAsJsonAsync(new Uri($"/api/v1/fleet/nodes/{site.Name}", UriKind.Relative), new { kind = "site", parent = "acme" });
        var code = JsonNode.Parse(await (await http.PostAsJsonAsync(new Uri("/api/v1/fleet/agents/hall/code", UriKind.Relative), new { site = site.Name })).Content.ReadAsStringAsync())!;
        site.Settings.CaFingerprint = code["caFingerprint"]!.GetValue<string>();
        await FleetAgent.EnrolAsync(site.Settings, code["code"]!.GetValue<string>(), default);
        await site.StartAsync();
        await UntilAsync(() => site.Known == Devices && site.Delivered > 1, site);

        // The manager is away, and the disk fills up with what others write.
        site.Line.Target = 1;
        site.Line.Cut();
        await UntilAsync(() => site.Waiting >= 2, site);
        await disk.FillAsync();
        await UntilAsync(() => Said(site, "can't be kept"), site);
        Assert.That(site.Faults, Is.Not.Empty, "the page has something to tell");

        // Ended and started again there: it begins, and sends what waits.
        await site.StopAsync();
        await site.StartAsync();
        Assert.That(site.Waiting, Is.GreaterThanOrEqualTo(2), "what was kept is there");
        var delivered = site.Delivered;
        site.Line.Target = manager.HttpsPort;
        await UntilAsync(() => site.Delivered >= delivered + 2, site);

        disk.Free();
        var kept = site.Readings.Count;
        await UntilAsync(() => site.Readings.Count >= kept + (2 * Devices) && site.Faults.Count == 0, site);
        await site.StopAsync();
        site.Settings = site.Settings with { CounterSeconds = 3600 };
        await site.StartAsync();
        await UntilAsync(() => site.Waiting == 0 && site.Delivered > 0, site);
        await manager.UntilAsync("select count(*) from fleet_message", 0);
        await site.StopAsync();
        foreach (var serial in site.Devices.Select(d => d.Serial))
        {
            var taken = await manager.ScalarAsync(
                $"select coalesce(sum(json_extract(s.state, '$.agents[0].readings')), 0) from device_state s where s.device_id in (select f.device_id from fleet_device f where f.serial = '{serial}')");
            Assert.That(taken, Is.EqualTo(site.Readings.Count(r => r.Serial == serial)), $"{serial}: {site}");
        }

        Assert.That(await manager.ScalarAsync("select count(*) from fleet_gap"), Is.Zero);
        await manager.GoodAsync("audit", "--full");
    }

    private static bool Said(FleetSite site, string what) => site.Lines.Any(l => l.Contains(what, StringComparison.Ordinal));

    private static async Task UntilAsync(Func<bool> holds, FleetSite site)
    {
        for (var waited = Stopwatch.StartNew(); !holds(); await Task.Delay(50))
        {
            if (waited.Elapsed > Patience)
            {
                Assert.Fail($"not within {Patience}: {site}; {string.Join(" | ", site.Faults)}");
            }
        }
    }
}
