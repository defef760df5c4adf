using System.Globalization;
using System.Text.Json.Nodes;
using NUnit.Framework;

namespace CopyTrack.Integration.Live;

/// <summary>Logins while the server was away, from the token to the report.</summary>
[Parallelizable] // Each has a server of its own and waits most of the time.
[TestFixture(Db.Sqlite)]
[TestFixture(Db.PostgreSql)]
internal sealed class OfflineUploadTests(Db db)
{
    private const string Unclaimed = "select coalesce(sum(delta), 0) from entry where session_id is null and cause in (3, 5, 6, 13)";
    private const string Offline = "select coalesce(sum(delta), 0) from entry where cause = 13";
    private const string Alarms = "select count(*) from outbox where topic = 'alert'";

    [Test]
    public async Task Offline_logins_get_their_pages_once_and_only_as_their_tokens_permit()
    {
        await using var site = await LiveSite.StartAsync(db, "--Terminals:OfflineHours=8", "--Polling:IdleSeconds=1", "--Polling:SettleSeconds=3");
        var identity = await site.EnrolAsync("box");
        await site.UntilAsync("select count(*) from reading where status = 0", 1);
        string token;
        await using (var terminal = await LiveTerminal.ConnectAsync(site, identity, "card", "offline"))
        {
            Assert.That(terminal.Hello["offline"]!.ToJsonString(), Is.EqualTo("""{"allowed":true,"hours":8}"""));
            var login = await terminal.CardAsync("04A1");
            token = login["result"]!["offlineToken"]!.GetValue<string>();
            await using var resumed = await LiveTerminal.ConnectAsync(site, identity, "card", "offline");
            Assert.That(Told(resumed.Hello["session"]!), Is.EqualTo(Told(login["result"]!)), "what its login had");
            Assert.That(resumed.Hello["session"]!["state"]!.GetValue<string>(), Is.AnyOf("opening", "active"));
            await resumed.LogoutAsync(login["result"]!["session"]!.GetValue<string>());
            await site.UntilAsync("select count(*) from session where state = 4", 1);
        }

        await site.UntilAsync("select count(*) from terminal where connected_node is null", 1);
        var first = Entry("o1", token, DateTimeOffset.UtcNow);
        await site.CopyAsync(5);
        End(first);
        await site.UntilAsync($"select case when ({Offline}) >= 5 then 1 else 0 end", 1);

        await site.KillAsync();
        var second = Entry("o2", token, DateTimeOffset.UtcNow);
        await site.CopyAsync(4);
        End(second);
        await site.ServeAsync();

        await using var back = await LiveTerminal.ConnectAsync(site, identity, "card", "offline");
        JsonObject[] bad =
        [
            Entry("b1", token[..^4] + "AAAA", DateTimeOffset.UtcNow), Entry("b2", token, DateTimeOffset.UtcNow.AddDays(-3)), Entry("b3", token, DateTimeOffset.UtcNow.AddHours(9)),
            Entry("b4", token, DateTimeOffset.UtcNow, DateTimeOffset.UtcNow.AddMinutes(-1)), Entry("b5", token, DateTimeOffset.UtcNow, DateTimeOffset.UtcNow.AddHours(1)),
        ];
        var result = (await UploadAsync(back, [first, second, first, .. bad]))["result"]!;
        Assert.That(Names(result["accepted"]!), Is.EqualTo(["o1", "o2"]), result.ToJsonString());
        Assert.That(
            result["rejected"]!.AsArray().Select(r => (r!["localId"]!.GetValue<string>(), r["code"]!.GetValue<int>())),
            Is.EqualTo([("b1", -32003), ("b2", -32007), ("b3", -32007), ("b4", -32602), ("b5", -32602)]));

        await site.UntilAsync(Unclaimed, 0);
        Assert.That(await site.ScalarAsync("select count(*) from offline_upload"), Is.EqualTo(2));
        Assert.That(await site.ScalarAsync(Alarms), Is.Zero, "what an offline login may explain is no bypass");
        var entries = await site.ScalarAsync("select count(*) from entry");
        var again = (await UploadAsync(back, [first, second]))["result"]!;
        Assert.That(Names(again["accepted"]!), Is.EqualTo(["o1", "o2"]));
        Assert.That(again["rejected"]!.AsArray(), Is.Empty);
        Assert.That(await site.ScalarAsync("select count(*) from entry"), Is.EqualTo(entries), "the same upload changes nothing");

        var report = JsonNode.Parse(await site.GoodAsync("report", "users", "--format", "json"))!;
        var anna = report["rows"]!.AsArray().Single(r => r!["key"]?.GetValue<string>() == "anna")!;
        Assert.That(anna["impressions"]!.GetValue<long>(), Is.EqualTo(9));
        await site.GoodAsync("audit", "--full");

        // Once the terminal is back, copies past it are a bypass again.
        await site.CopyAsync(2);
        await site.UntilAsync($"select case when ({Alarms}) > 0 then 1 else 0 end", 1);
    }

    [Test]
    public async Task Upload_is_refused_where_offline_logins_are_not_allowed()
    {
        await using var site = await LiveSite.StartAsync(db);
        var identity = await site.EnrolAsync("box");
        await using var terminal = await LiveTerminal.ConnectAsync(site, identity, "card", "offline");
        var reply = await UploadAsync(terminal, [Entry("o1", "dG9rZW4", DateTimeOffset.UtcNow)]);
        Assert.That(reply["error"]!["code"]!.GetValue<int>(), Is.EqualTo(-32015));
    }

    /// <summary>A login's result without its state; of the token, which is sealed anew, only that there is one.</summary>
    private static string Told(JsonNode result)
    {
        var told = result.DeepClone().AsObject();
        told.Remove("state");
        told["offlineToken"] = told["offlineToken"] is not null;
        return told.ToJsonString();
    }

    private static JsonObject Entry(string id, string token, DateTimeOffset loginAt, DateTimeOffset? logoutAt = null) => new()
    {
        ["localId"] = id, ["token"] = token, ["loginAt"] = Text(loginAt), ["logoutAt"] = Text(logoutAt ?? loginAt), ["unlockedFunctions"] = new JsonArray("copy"),
    };

    private static void End(JsonObject entry) => entry["logoutAt"] = Text(DateTimeOffset.UtcNow);

    private static string Text(DateTimeOffset at) => at.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);

    private static Task<JsonNode> UploadAsync(LiveTerminal terminal, IEnumerable<JsonObject> entries) =>
        terminal.AskAsync("offline.upload", new JsonObject { ["entries"] = new JsonArray([.. entries.Select(e => e.DeepClone())]) });

    private static IEnumerable<string> Names(JsonNode list) => list.AsArray().Select(n => n!.GetValue<string>());
}
