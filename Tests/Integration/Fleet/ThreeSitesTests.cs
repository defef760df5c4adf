using System.Net.Http.Json;
using System.Text.Json.Nodes;
using CopyTrack.Agent;
using CopyTrack.Integration.Live;
using NUnit.Framework;

namespace CopyTrack.Integration.Fleet;

/// <summary>Three sites with an agent each, the real server as manager: lines are cut, answers lost, agents restarted, the manager killed; afterwards every reading is there once.</summary>
[TestFixture(Db.Sqlite)]
[TestFixture(Db.PostgreSql)]
[Parallelizable] // Its peers are its own, and it waits most of the time.
internal sealed class ThreeSitesTests(Db db)
{
    private const int DevicesPerSite = 10;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private LiveSite? _manager;
    private FleetSite[] _sites = [];

    [SetUp]
    public async Task StartAsync()
    {
        _manager = await LiveSite.StartAsync(db);
        // One subnet of loopback for each site and database, so that both fixtures could run at once.
        _sites = [.. Enumerable.Range(1, 3).Select(n => new FleetSite((db == Db.Sqlite ? 0 : 10) + n, DevicesPerSite))];
        using var http = await _manager.ClientAsync();
        await PutAsync(http, "nodes/acme", new { kind = "customer" });
        foreach (var site in _sites)
        {
            site.Line.Target = _manager.HttpsPort;
            await PutAsync(http, $"nodes/{site.Name}", new { kind = "site", parent = "acme" });
            var answer = await http.PostAsJsonAsync(new Uri($"/api/v1/fleet/agents/agent of {site.Name}/code", UriKind.Relative), new { site = site.Name });
            var code = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
            Assert.That((int)answer.StatusCode, Is.EqualTo(201), code.ToJsonString());
            site.Settings.CaFingerprint = code["caFingerprint"]!.GetValue<string>();
            await FleetAgent.EnrolAsync(site.Settings, code["code"]!.GetValue<string>(), default);
            await site.StartAsync();
        }
    }

    [TearDown]
    public async Task EndAsync()
    {
        foreach (var site in _sites)
        {
            await site.DisposeAsync();
        }

        if (_manager is not null)
        {
            await _manager.DisposeAsync();
        }
    }

    [Test]
    public async Task Every_reading_is_at_the_manager_once_after_cuts_restarts_and_an_outage()
    {
        await UntilAsync(() => _sites.All(s => s.Known == DevicesPerSite && s.Delivered > 0), "the devices are found and told");
        for (var round = 0; round < 8; round++)
        {
            foreach (var site in _sites)
            {
                site.Work(round);
            }

            switch (round)
            {
                case 1:
                    _sites[0].Line.Cut();
                    break;
                case 2:
                    _sites[1].Line.SwallowAnswers = true;
                    break;
                case 3:
                    await _sites[2].StopAsync();
                    await _sites[2].StartAsync();
                    break;
                case 4:
                    await _manager!.KillAsync();
                    break;
                case 5:
                    // An agent that ends while the manager is away keeps what waits.
                    await _sites[0].StopAsync();
                    await _sites[0].StartAsync();
                    _sites[1].Line.SwallowAnswers = false;
                    break;
                case 6:
                    await _manager!.ServeAsync();
                    foreach (var site in _sites)
                    {
                        site.Line.Target = _manager.HttpsPort;
                    }

                    break;
                case 7:
                    foreach (var site in _sites)
                    {
                        site.Line.Cut();
                    }

                    break;
            }

            await Task.Delay(1500);
        }

        await Task.WhenAll(_sites.Select(s => s.QuietAsync()));
        // One more read of each, which shows all that was done.
        var kept = _sites.Select(s => s.Readings.Count).ToArray();
        await UntilAsync(() => _sites.Zip(kept).All(p => p.First.Readings.Count >= p.Second + (2 * DevicesPerSite)), "the last pages are read");
        await UntilAsync(() => _sites.All(s => s.Waiting == 0), "nothing waits at the sites");
        foreach (var site in _sites)
        {
            await site.StopAsync();
        }

        // What was kept between the look and the end still waits: one more start sends it.
        foreach (var site in _sites)
        {
            site.Settings = site.Settings with { CounterSeconds = 3600 };
            await site.StartAsync();
        }

        await UntilAsync(() => _sites.All(s => s.Waiting == 0 && s.Delivered > 0), "the rest is sent");
        await _manager!.UntilAsync("select count(*) from fleet_message", 0);
        foreach (var site in _sites)
        {
            await site.StopAsync();
        }

        await CheckAsync();
    }

    private async Task CheckAsync()
    {
        using var http = await _manager!.ClientAsync();
        var agents = (await GetAsync(http, "agents"))["items"]!.AsArray();
        var devices = (await GetAsync(http, "devices?limit=1000"))["items"]!.AsArray();
        var reads = (await GetAsync(http, "meter-reads?limit=1000"))["items"]!.AsArray();
        Assert.Multiple(() =>
        {
            Assert.That(agents, Has.Count.EqualTo(3));
            Assert.That(agents.Select(a => a!["missing"]!.GetValue<long>()), Is.All.Zero, "no number is missing");
            Assert.That(agents.Select(a => a!["refused"]!.GetValue<long>()), Is.All.Zero);
            Assert.That(agents.Sum(a => a!["repeated"]!.GetValue<long>()), Is.Positive, "answers were lost, so messages came twice");
            Assert.That(devices, Has.Count.EqualTo(3 * DevicesPerSite), "one device for each");
            Assert.That(devices.Select(d => d!["state"]!.GetValue<string>()), Is.All.EqualTo("good"));
        });
        TestContext.Out.WriteLine($"{db}: {_sites.Sum(s => s.Readings.Count)} readings, {agents.Sum(a => a!["appliedThrough"]!.GetValue<long>())} messages, {agents.Sum(a => a!["repeated"]!.GetValue<long>())} repeated");
        foreach (var device in _sites.SelectMany(s => s.Devices.Select(d => (Site: s, Device: d))))
        {
            var serial = device.Device.Serial!;
            var produced = device.Site.Readings.Count(r => r.Serial == serial);
            var (counted, distinct) = await MarksAsync(serial);
            Assert.That(counted, Is.EqualTo(produced), $"{serial}: readings in the ledger against those that were taken; {device.Site}");
            Assert.That(distinct, Is.EqualTo(1));
        }

        // The ledger is the meter: the independent audit finds nothing.
        await _manager.GoodAsync("audit", "--full");
        Assert.That(reads, Has.Count.EqualTo(3 * DevicesPerSite));
        foreach (var read in reads)
        {
            Assert.That(read!["last"]!.GetValue<long>() - read["first"]!.GetValue<long>(), Is.EqualTo(read["delta"]!.GetValue<long>()), read.ToJsonString());
        }
    }

    /// <summary>How many readings of a device the ledger took from its agent, as the marks in its state count them.</summary>
    private async Task<(long Readings, long Devices)> MarksAsync(string serial)
    {
        var path = db == Db.Sqlite ? "json_extract(s.state, '$.agents[0].readings')" : "cast(cast(s.state as jsonb) -> 'agents' -> 0 ->> 'readings' as bigint)";
        var where = $"where s.device_id in (select f.device_id from fleet_device f where f.serial = '{serial}')";
        return (await _manager!.ScalarAsync($"select coalesce(sum({path}), 0) from device_state s {where}"), await _manager.ScalarAsync($"select count(*) from device_state s {where}"));
    }

    private static async Task PutAsync(HttpClient http, string path, object body) =>
        Assert.That((int)(await http.PutAsJsonAsync(new Uri($"/api/v1/fleet/{path}", UriKind.Relative), body)).StatusCode, Is.EqualTo(200), path);

    private static async Task<JsonNode> GetAsync(HttpClient http, string path) => JsonNode.Parse(await http.GetStringAsync(new Uri($"/api/v1/fleet/{path}", UriKind.Relative)))!;

    private async Task UntilAsync(Func<bool> holds, string what)
    {
        for (var until = DateTimeOffset.UtcNow + Patience; !holds(); await Task.Delay(100))
        {
            if (DateTimeOffset.UtcNow > until)
            {
                Assert.Fail($"{what}: not within {Patience}\n{string.Join("\n", _sites.Select(s => s.ToString()))}\n{_manager!.Log}");
            }
        }
    }
}
