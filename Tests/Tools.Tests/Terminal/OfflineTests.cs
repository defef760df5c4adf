using System.Text.Json.Nodes;
using NUnit.Framework;

namespace CopyTrack.Tools.Tests.Terminal;

/// <summary>Logins while the server is away.</summary>
internal sealed class OfflineTests
{
    private TerminalBench bench = null!;

    [SetUp]
    public void SetUp() => bench = new TerminalBench();

    [TearDown]
    public void TearDown() => bench.Dispose();

    [Test]
    public async Task Known_card_unlocks_without_the_server_and_is_uploaded_later()
    {
        await using var terminal = bench.Start();
        var port = await LearnAsync(terminal, "04A1B2C3");
        await terminal.CommandAsync("card 04:a1:b2:c3");
        var unlocked = await terminal.EventAsync("unlocked");
        Assert.That(unlocked["offline"]!.GetValue<bool>(), Is.True, "the same number in another spelling");
        var localId = (await terminal.AnswerAsync("card"))["localId"]!.GetValue<string>();
        await terminal.CommandAsync("logout");
        await terminal.EventAsync("locked");
        AssertNoCardOnDisk("04A1B2C3", "04:a1:b2:c3");

        bench.StartServer(port);
        using var link = await bench.Server.WelcomeAsync(offlineHours: 8);
        var upload = await link.ExpectAsync("offline.upload");
        var entry = upload["params"]!["entries"]!.AsArray().Single()!;
        Assert.That(entry["localId"]!.GetValue<string>(), Is.EqualTo(localId));
        Assert.That(entry["token"]!.GetValue<string>(), Is.EqualTo("sealed-token"));
        Assert.That(entry["logoutAt"]!.GetValue<DateTimeOffset>(), Is.GreaterThanOrEqualTo(entry["loginAt"]!.GetValue<DateTimeOffset>()));
        Assert.That(entry["unlockedFunctions"]!.AsArray().Select(f => f!.GetValue<string>()), Is.EqualTo((string[])["copy", "copyColor"]));
        await link.ReplyAsync(upload, new JsonObject { ["accepted"] = new JsonArray(localId), ["rejected"] = new JsonArray() });
        Assert.That((await terminal.EventAsync("uploaded"))["accepted"]!.AsArray(), Has.Count.EqualTo(1));
        await terminal.CommandAsync("status");
        Assert.That((await terminal.AnswerAsync("status"))["uploads"]!.GetValue<int>(), Is.Zero);
    }

    [Test]
    public async Task Killed_terminal_uploads_what_it_had_begun_and_the_same_id_until_it_is_accepted()
    {
        int port;
        string localId;
        await using (var terminal = bench.Start())
        {
            port = await LearnAsync(terminal, "04A1B2C3");
            await terminal.CommandAsync("card 04A1B2C3");
            localId = (await terminal.AnswerAsync("card"))["localId"]!.GetValue<string>();
            await terminal.TerminateAsync("KILL");
            await terminal.ExitAsync();
        }
        bench.StartServer(port);
        await using var next = bench.Start();
        using (var link = await bench.Server.WelcomeAsync(offlineHours: 8))
        {
            await link.ExpectAsync("offline.upload");
        }
        using var second = await bench.Server.WelcomeAsync(offlineHours: 8);
        var upload = await second.ExpectAsync("offline.upload");
        Assert.That(upload["params"]!["entries"]![0]!["localId"]!.GetValue<string>(), Is.EqualTo(localId));
        await second.ReplyAsync(upload, new JsonObject { ["accepted"] = new JsonArray(), ["rejected"] = new JsonArray(new JsonObject { ["localId"] = localId, ["code"] = -32007, ["message"] = "notPermitted" }) });
        await next.EventAsync("uploaded");
        await next.CommandAsync("status");
        Assert.That((await next.AnswerAsync("status"))["uploads"]!.GetValue<int>(), Is.Zero, "a refusal for good is not sent again");
    }

    [Test]
    public async Task Server_that_comes_back_takes_over_the_offline_login_without_locking()
    {
        await using var terminal = bench.Start();
        var port = await LearnAsync(terminal, "04A1B2C3");
        await terminal.CommandAsync("card 04A1B2C3");
        await terminal.EventAsync("unlocked");
        bench.StartServer(port);
        using var link = await bench.Server.WelcomeAsync(offlineHours: 8);
        await terminal.EventAsync("connected");
        var login = await link.ExpectAsync("session.login");
        Assert.That(login["params"]!["card"]!.GetValue<string>(), Is.EqualTo("04A1B2C3"));
        var upload = await link.ExpectAsync("offline.upload");
        await link.ReplyAsync(upload, new JsonObject { ["accepted"] = new JsonArray(upload["params"]!["entries"]![0]!["localId"]!.GetValue<string>()), ["rejected"] = new JsonArray() });
        await link.ReplyAsync(login, FakeConnection.Session("s-2", "sealed-token"));
        await link.UnlockAsync("s-2", "copy", "copyColor");
        Assert.That((await terminal.EventAsync("unlocked"))["session"]!.GetValue<string>(), Is.EqualTo("s-2"));
        Assert.That(terminal.Everything.Split("\"event\":\"locked\""), Has.Length.EqualTo(2), "only the first logout locked");
    }

    [Test]
    public async Task Unknown_cards_pins_and_expired_tokens_stay_locked()
    {
        bench.Config["behaviour"]!["loginWaitSeconds"] = 1;
        await using (var terminal = bench.Start())
        {
            await LearnAsync(terminal, "04A1B2C3");
            await terminal.CommandAsync("card 0411111111");
            Assert.That((await terminal.AnswerAsync("card"))["ok"]!.GetValue<bool>(), Is.False);
            await terminal.CommandAsync("pin 7391846");
            Assert.That((await terminal.AnswerAsync("pin"))["ok"]!.GetValue<bool>(), Is.False);
            await terminal.CommandAsync("card+pin 04A1B2C3 7391846");
            Assert.That((await terminal.AnswerAsync("card+pin"))["ok"]!.GetValue<bool>(), Is.False, "a PIN can't be checked here");
        }
        var file = Path.Combine(bench.Keys, "offline-tokens.json");
        var tokens = JsonNode.Parse(File.ReadAllText(file))!.AsArray();
        tokens[0]!["ExpiresAt"] = DateTimeOffset.UtcNow.AddSeconds(-1);
        File.WriteAllText(file, tokens.ToJsonString());
        await using var next = bench.Start();
        await next.CommandAsync("card 04A1B2C3");
        Assert.That((await next.AnswerAsync("card"))["ok"]!.GetValue<bool>(), Is.False);
        Assert.That(next.Everything, Does.Not.Contain("\"event\":\"unlocked\""));
    }

    [Test]
    public async Task Policy_that_ends_makes_the_terminal_forget_every_token()
    {
        bench.Config["behaviour"]!["loginWaitSeconds"] = 1;
        await using var terminal = bench.Start();
        var port = await LearnAsync(terminal, "04A1B2C3");
        bench.StartServer(port);
        using (var link = await bench.Server.WelcomeAsync(offlineHours: 0))
        {
            await terminal.EventAsync("connected");
            bench.StopServer();
        }
        await terminal.EventAsync("disconnected");
        await terminal.CommandAsync("card 04A1B2C3");
        Assert.That((await terminal.AnswerAsync("card"))["ok"]!.GetValue<bool>(), Is.False);
    }

    [Test]
    public async Task Offline_login_ends_by_idle_time()
    {
        await using var terminal = bench.Start();
        await LearnAsync(terminal, "04A1B2C3", idle: 2);
        await terminal.CommandAsync("card 04A1B2C3");
        await terminal.EventAsync("unlocked");
        Assert.That((await terminal.EventAsync("locked"))["reason"]!.GetValue<string>(), Is.EqualTo("idle"));
    }

    /// <summary>A login that leaves a token, its logout, and a server that goes away; returns its port.</summary>
    private async Task<int> LearnAsync(TerminalProcess terminal, string card, int idle = 180)
    {
        int port;
        using (var link = await bench.Server.WelcomeAsync(offlineHours: 8))
        {
            await terminal.CommandAsync("card " + card);
            var login = await link.ExpectAsync("session.login");
            var session = FakeConnection.Session("s-1", "sealed-token");
            session["idleTimeoutSeconds"] = idle;
            await link.ReplyAsync(login, session);
            await link.UnlockAsync("s-1", "copy", "copyColor");
            await terminal.EventAsync("unlocked");
            await terminal.AnswerAsync("card");
            await terminal.CommandAsync("logout");
            var logout = await link.ExpectAsync("session.logout");
            await link.ReplyAsync(logout, new JsonObject { ["session"] = "s-1", ["state"] = "settling" });
            await terminal.EventAsync("loggedOut");
            port = bench.StopServer();
        }
        await terminal.EventAsync("disconnected");
        return port;
    }

    private void AssertNoCardOnDisk(params string[] cards)
    {
        foreach (var file in Directory.GetFiles(bench.Keys))
        {
            foreach (var card in cards)
            {
                Assert.That(File.ReadAllText(file), Does.Not.Contain(card).IgnoreCase, Path.GetFileName(file));
            }

        }
    }
}
