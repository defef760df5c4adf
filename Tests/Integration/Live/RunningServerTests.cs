using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using NUnit.Framework;

namespace CopyTrack.Integration.Live;

/// <summary>What a verb changes reaches a server that runs, at once.</summary>
[Parallelizable] // Each has a server of its own and waits most of the time.
[TestFixture(Db.Sqlite)]
[TestFixture(Db.PostgreSql)]
internal sealed class RunningServerTests(Db db)
{
    [Test]
    public async Task Devices_settings_and_revocations_of_the_command_line_reach_the_server_and_the_audit_goes_on_from_its_checkpoint()
    {
        await using var site = await LiveSite.StartAsync(db, "--Polling:IdleSeconds=3600");
        await site.UntilAsync("select count(*) from reading where status = 0", 1);
        var port = site.Copier.EndPoint!.Port.ToString(CultureInfo.InvariantCulture);
        await site.GoodAsync("import", "devices", site.Write("more.csv", $"name,address,port\nhall2,127.0.0.1,{port}\n"));
        var waited = Stopwatch.StartNew();
        await site.UntilAsync("select count(*) from reading where status = 0", 2);
        Assert.That(waited.Elapsed, Is.LessThan(TimeSpan.FromSeconds(15)), "a new device is read at once");

        var identity = await site.EnrolAsync("box");
        await using var terminal = await LiveTerminal.ConnectAsync(site, identity, "card", "pin");
        var pin = (await site.GoodAsync("user", "pin", "bert")).Trim();
        Assert.That((await PinAsync(terminal, pin))["error"]!["code"]!.GetValue<int>(), Is.EqualTo(-32015));
        await site.GoodAsync("terminal", "configure", identity.Id, "--login-methods", "card;pin");
        JsonNode login;
        do
        {
            login = await PinAsync(terminal, pin);
        }
        while (login["error"]?["code"]?.GetValue<int>() == -32015 && waited.Elapsed < TimeSpan.FromSeconds(60));
        Assert.That(login["result"]?["user"]?["name"]?.GetValue<string>(), Is.EqualTo("bert"), login.ToJsonString());

        await terminal.HearAsync("panel.unlock");
        await site.GoodAsync("terminal", "revoke", identity.Id);
        var exited = Stopwatch.StartNew();
        Assert.That((await terminal.HearAsync("panel.lock"))["reason"]!.GetValue<string>(), Is.EqualTo("revoked"));
        Assert.That((await terminal.HearAsync("terminal.closing"))["reason"]!.GetValue<string>(), Is.EqualTo("revoked"));
        await terminal.Ended.WaitAsync(TimeSpan.FromSeconds(15));
        Assert.That(exited.Elapsed, Is.LessThan(TimeSpan.FromSeconds(15)), "no heartbeat of 30 seconds is waited for");
        await site.UntilAsync("select count(*) from session where end_reason = 7", 1);

        await site.GoodAsync("audit");
        Assert.That(await site.ScalarAsync("select count(*) from ledger_checkpoint"), Is.GreaterThan(0), "a good audit leaves a sealed position");
        using var client = await site.ClientAsync();
        var balance = JsonNode.Parse(await client.GetStringAsync(new Uri("/api/v1/devices/hall/balance", UriKind.Relative)))!;
        Assert.That(balance["violations"]!.AsArray(), Is.Empty);
        await site.GoodAsync("audit");
    }

    [Test]
    public async Task Device_that_is_known_by_name_is_read_at_once_when_somebody_asks()
    {
        await using var site = await LiveSite.StartAsync(db, "--Polling:IdleSeconds=3600", "--Polling:InventorySeconds=0");
        var port = site.Copier.EndPoint!.Port.ToString(CultureInfo.InvariantCulture);
        await site.GoodAsync("import", "devices", site.Write("named.csv", $"name,address,port\nnamed,localhost,{port}\n"));
        using var client = await site.ClientAsync();
        JsonNode answer;
        var waited = Stopwatch.StartNew();
        do
        {
            // Where the name has an IPv6 address too, that one is tried first, and the other one ten seconds later.
            answer = await ReadAsync();
        }
        while (answer["meters"]!.GetValue<string>() != "read" && waited.Elapsed < TimeSpan.FromSeconds(60));
        Assert.That(answer["inventory"]!.GetValue<string>(), Is.EqualTo("read"), answer.ToJsonString());
        await site.CopyAsync(3);
        answer = await ReadAsync();
        Assert.That((answer["meters"]!.GetValue<string>(), answer["verdict"]!.GetValue<string>()), Is.EqualTo(("read", "border")), answer.ToJsonString());
        Assert.That(JsonNode.Parse(await client.GetStringAsync("/api/v1/devices/named/inventory"))!["splits"]!.AsArray(), Has.Count.EqualTo(4), "kept although nobody looks at inventories by itself");

        async Task<JsonNode> ReadAsync()
        {
            using var response = await client.PostAsync("/api/v1/devices/named/read", null);
            return JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
        }
    }

    private static Task<JsonNode> PinAsync(LiveTerminal terminal, string pin) => terminal.AskAsync("session.login", new JsonObject { ["method"] = "pin", ["pin"] = pin });
}
