using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using CopyTrack.Accounting.Fleet;
using CopyTrack.Accounting.Inventory;
using CopyTrack.Accounting.Meters;
using CopyTrack.Accounting.Profiles;
using CopyTrack.Integration.Live;
using NUnit.Framework;

namespace CopyTrack.Integration.Browser;

/// <summary>Dealer, customer and administrator at the real server in a browser: each sees exactly theirs on every page and in every file of the fleet.</summary>
[Parallelizable] // It has a server of its own and waits for the browser.
internal sealed partial class FleetInBrowserTests
{
    private static readonly string[] s_customers = ["acme", "globex", "initech"];

    private static readonly BaseCounterSet s_set = new()
    {
        Profile = "test", ProfileVersion = 1,
        Counters = [Counter(0, PageFunction.Copy, PageColor.Mono, CounterUnit.Impressions), Counter(1, PageFunction.Print, PageColor.Color, CounterUnit.Impressions), Counter(2, PageFunction.Scan, PageColor.Any, CounterUnit.Scans)],
    };

    [Test]
    public async Task Each_sees_exactly_theirs()
    {
        await using var site = await LiveSite.StartBareAsync(LiveDatabases.OfStories(Db.Sqlite), "--Alerts:RoundSeconds=5");
        using var rest = await site.ClientAsync();
        foreach (var (name, kind, parent) in new[] { ("north", "dealer", null), ("south", "dealer", null), ("acme", "customer", "north"), ("globex", "customer", "north"), ("initech", "customer", "south") })
        {
            await GoodAsync(await rest.PutAsJsonAsync($"/api/v1/fleet/nodes/{name}", new { kind, parent }));
        }

        await GoodAsync(await rest.PostAsJsonAsync("/api/v1/fleet/alert-rules", new { name = "Toner", kind = "supplyLow", percent = 10, recipients = new[] { "house@box.test" } }));
        foreach (var customer in s_customers)
        {
            await DeviceAsync(rest, customer);
        }

        await site.UntilAsync("select count(*) from alert where state = 1", s_customers.Length);
        var alerts = JsonNode.Parse(await rest.GetStringAsync(new Uri("/api/v1/fleet/alerts", UriKind.Relative)))!["items"]!.AsArray()
            .ToDictionary(a => a!["subject"]!.GetValue<string>().Split(' ')[1], a => a!["id"]!.GetValue<string>());
        object[] callers =
        [
            new { who = "chief", role = "administrator", node = "", sees = s_customers }, new { who = "north people", role = "dealer", node = "north", sees = s_customers[..2] },
            new { who = "acme people", role = "customer", node = "acme", sees = s_customers[..1] }, new { who = "initech people", role = "customer", node = "initech", sees = s_customers[2..] },
        ];
        var facts = JsonSerializer.Serialize(new { customers = s_customers, callers, alerts });
        var shots = Environment.GetEnvironmentVariable("COPYTRACK_SHOTS");
        string[] pictures = shots is null ? [] : ["--shots", shots];
        await using var script = new BrowserScript(
            "fleet-roles.mjs", ["--base", $"https://localhost:{site.HttpsPort}", "--code", SetupCode().Match(await site.GoodAsync("setup-code")).Value, "--facts", facts, .. pictures]);
        var (status, told) = await script.EndAsync();
        Assert.That(status, Is.Zero, told);
        Assert.That(told, Does.Match("^[1-9][0-9]{2} looks, 0 faults"));
        Assert.That(await site.ScalarAsync("select count(*) from alert where note = 'toner is on its way'"), Is.EqualTo(1));
    }

    /// <summary>An agent of the customer, which tells of one device that is low on toner.</summary>
    private static async Task DeviceAsync(HttpClient rest, string customer)
    {
        await GoodAsync(await rest.PutAsJsonAsync($"/api/v1/fleet/nodes/{customer} site", new { kind = "site", parent = customer }));
        var code = JsonNode.Parse(await GoodAsync(await rest.PostAsJsonAsync($"/api/v1/fleet/agents/{customer} agent/code", new { site = customer + " site" })))!["code"]!.GetValue<string>();
        using var key = FleetKeys.Create();
        using var enrolment = new ByteArrayContent(EnrolmentRequest.Seal(code, key));
        using var answer = await rest.PostAsync(new Uri("/fleet/v1/enrolments", UriKind.Relative), enrolment);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        var agent = EnrolmentAnswer.Read(await answer.Content.ReadAsByteArrayAsync(), key).Agent;
        var now = DateTimeOffset.UtcNow;
        FleetRecord record = new()
        {
            Key = "k", InventoryAt = now, Address = "192.0.2.30",
            Reading = new MeterReading { SentAt = now, At = now, UpTime = null, Serial = customer, Idle = true, Set = s_set, Values = [120, 45, 7], Trigger = ReadingTrigger.Idle, Token = 0 },
            Inventory = new ProbeReport
            {
                Identity = new DeviceIdentity("Acme", "Printer", customer, null, null, null, null, "hall", "2.1"), Profile = "standard", Status = new DeviceStatus("running", "idle", [], "ready"),
                Supplies = [new Supply("1.1", "Black toner", "toner", "black", null, "exact", null, null, 5)],
            },
        };
        var body = FleetPacking.Pack(FleetMessageWriter.Write(new FleetMessage { Agent = agent, Sequence = 1, Created = now, Program = "1", Devices = [record] }));
        using var message = new ByteArrayContent(new MessageEnvelope(agent, 1, 1, now, body).Seal(key));
        using var taken = await rest.PostAsync(new Uri("/fleet/v1/messages", UriKind.Relative), message);
        Assert.That(taken.StatusCode, Is.EqualTo(HttpStatusCode.OK));
    }

    private static BaseCounter Counter(int index, PageFunction function, PageColor color, CounterUnit unit) =>
        new() { Index = index, Key = new CounterKey(function, color, PageSize.Any, PageSides.Any, unit), Role = CounterRole.Part, Oids = [$"1.3.{index + 1}"] };

    private static async Task<string> GoodAsync(HttpResponseMessage answer)
    {
        var text = await answer.Content.ReadAsStringAsync();
        Assert.That(answer.IsSuccessStatusCode, Is.True, $"{answer.RequestMessage!.RequestUri}: {text}");
        answer.Dispose();
        return text;
    }

    [GeneratedRegex("([0-9A-Z]{4}-){3}[0-9A-Z]{4}")]
    private static partial Regex SetupCode();
}
