using System.Text.Json.Nodes;
using NUnit.Framework;

namespace CopyTrack.Tools.Tests.Terminal;

/// <summary>Logins and logouts of a connected terminal.</summary>
internal sealed class WalkUpTests
{
    private TerminalBench bench = null!;

    [SetUp]
    public void SetUp() => bench = new TerminalBench();

    [TearDown]
    public void TearDown() => bench.Dispose();

    [Test]
    public async Task Hello_names_protocol_and_capabilities()
    {
        await using var terminal = bench.Start();
        using var link = await bench.Server.AcceptAsync();
        Assert.That(link.Tls.SslProtocol, Is.EqualTo(System.Security.Authentication.SslProtocols.Tls13));
        Assert.That(link.Tls.NegotiatedApplicationProtocol.ToString(), Is.EqualTo("copytrack/1"));
        var hello = await link.ExpectAsync("terminal.hello");
        Assert.That(hello["params"]!["protocol"]!.GetValue<int>(), Is.EqualTo(1));
        Assert.That(hello["params"]!["capabilities"]!.AsArray().Select(c => c!.GetValue<string>()), Is.EquivalentTo((string[])["card", "pin", "password", "projects", "offline"]));
    }

    [Test]
    public async Task Card_unlocks_and_logout_locks_at_once()
    {
        await using var terminal = bench.Start();
        using var link = await bench.Server.WelcomeAsync();
        await terminal.CommandAsync("card 04A1B2C3");
        var login = await link.LogInAsync("s-1");
        Assert.That(login["method"]!.GetValue<string>(), Is.EqualTo("card"));
        Assert.That(login["card"]!.GetValue<string>(), Is.EqualTo("04A1B2C3"));
        Assert.That(login["attempt"]!.GetValue<string>(), Has.Length.InRange(8, 64));
        var answer = await terminal.AnswerAsync("card");
        Assert.That(answer["ok"]!.GetValue<bool>(), Is.True);
        Assert.That(answer["session"]!.GetValue<string>(), Is.EqualTo("s-1"));
        var unlocked = await terminal.EventAsync("unlocked");
        Assert.That(unlocked["functions"]!.AsArray().Select(f => f!.GetValue<string>()), Is.EqualTo((string[])["copy", "copyColor"]));

        await terminal.CommandAsync("activity");
        var activity = await link.ExpectAsync("session.activity");
        Assert.That(activity["id"], Is.Null);
        await terminal.CommandAsync("logout");
        var logout = await link.ExpectAsync("session.logout");
        Assert.That(logout["params"]!["reason"]!.GetValue<string>(), Is.EqualTo("user"));
        var locked = await terminal.EventAsync("locked");
        Assert.That(locked["reason"]!.GetValue<string>(), Is.EqualTo("logout"), "before the server said anything");
        await link.ReplyAsync(logout, new JsonObject { ["session"] = "s-1", ["state"] = "settling" });
        await terminal.EventAsync("loggedOut");
    }

    [TestCase(-32001, "unknownCard")]
    [TestCase(-32007, "notPermitted")]
    [TestCase(-32009, "tooManyAttempts")]
    public async Task Refused_card_is_told_with_its_code(int code, string name)
    {
        await using var terminal = bench.Start();
        using var link = await bench.Server.WelcomeAsync();
        await terminal.CommandAsync("card 0405060708");
        await link.FailAsync(await link.ExpectAsync("session.login"), code, name, new JsonObject { ["retryAfterSeconds"] = 5 });
        var error = await terminal.EventAsync("loginError");
        Assert.That(error["code"]!.GetValue<int>(), Is.EqualTo(code));
        var answer = await terminal.AnswerAsync("card");
        Assert.That(answer["ok"]!.GetValue<bool>(), Is.False);
        Assert.That(answer["code"]!.GetValue<int>(), Is.EqualTo(code));
    }

    [Test]
    public async Task Card_waits_for_its_pin_where_the_server_asks_for_both()
    {
        await using var terminal = bench.Start();
        using var link = await bench.Server.WelcomeAsync(methods: ["card+pin"]);
        await terminal.EventAsync("connected");
        await terminal.CommandAsync("card 04A1B2C3");
        Assert.That((await terminal.AnswerAsync("card"))["waiting"]!.GetValue<string>(), Is.EqualTo("pin"));
        await terminal.CommandAsync("pin 7391846");
        var login = await link.LogInAsync("s-1");
        Assert.That(login["method"]!.GetValue<string>(), Is.EqualTo("card+pin"));
        Assert.That(login["card"]!.GetValue<string>(), Is.EqualTo("04A1B2C3"));
        Assert.That(login["pin"]!.GetValue<string>(), Is.EqualTo("7391846"));
        await terminal.EventAsync("unlocked");
        await terminal.CommandAsync("card 04A1B2C3");
        Assert.That((await link.ExpectAsync("session.logout"))["params"]!["reason"]!.GetValue<string>(), Is.EqualTo("card"), "the owner's card alone is enough to leave");
    }

    [Test]
    public async Task Same_card_again_follows_the_server_that_logged_out()
    {
        await using var terminal = bench.Start();
        using var link = await bench.Server.WelcomeAsync();
        await terminal.CommandAsync("card 04A1B2C3");
        await link.LogInAsync("s-1");
        await terminal.EventAsync("unlocked");
        await terminal.CommandAsync("card 04A1B2C3");
        await link.ReplyAsync(await link.ExpectAsync("session.login"), new JsonObject { ["session"] = null, ["loggedOut"] = "s-1" });
        Assert.That((await terminal.EventAsync("locked"))["reason"]!.GetValue<string>(), Is.EqualTo("logout"));
        Assert.That((await link.LockAsync("s-1", "logout"))["result"]!["state"]!.GetValue<string>(), Is.EqualTo("locked"));
    }

    [Test]
    public async Task Handover_locks_the_old_session_before_the_new_one_opens()
    {
        await using var terminal = bench.Start();
        using var link = await bench.Server.WelcomeAsync();
        await terminal.CommandAsync("card 04A1B2C3");
        await link.LogInAsync("s-1");
        await terminal.EventAsync("unlocked");
        await terminal.CommandAsync("card 0499887766");
        var login = await link.ExpectAsync("session.login");
        await link.LockAsync("s-1", "handover");
        Assert.That((await terminal.EventAsync("locked"))["reason"]!.GetValue<string>(), Is.EqualTo("handover"));
        await link.ReplyAsync(login, FakeConnection.Session("s-2"));
        await link.UnlockAsync("s-2", "copy");
        Assert.That((await terminal.EventAsync("unlocked"))["session"]!.GetValue<string>(), Is.EqualTo("s-2"));
        Assert.That((await link.LockAsync("s-1", "logout"))["result"]!["state"]!.GetValue<string>(), Is.EqualTo("locked"), "late, and about a session that is over");
        await terminal.CommandAsync("status");
        Assert.That((await terminal.AnswerAsync("status"))["panel"]!.GetValue<string>(), Is.EqualTo("unlocked"));
    }

    [Test]
    public async Task Unlock_of_an_unknown_session_is_refused()
    {
        await using var terminal = bench.Start();
        using var link = await bench.Server.WelcomeAsync();
        var answer = await link.UnlockAsync("s-9", "copy");
        Assert.That(answer["error"]!["code"]!.GetValue<int>(), Is.EqualTo(-32013));
    }

    [Test]
    public async Task Admins_lock_ends_the_session_and_messages_are_shown()
    {
        await using var terminal = bench.Start();
        using var link = await bench.Server.WelcomeAsync();
        await terminal.CommandAsync("card 04A1B2C3");
        await link.LogInAsync("s-1");
        await link.AskAsync("panel.message", new JsonObject { ["text"] = "Toner is low", ["level"] = "warning", ["seconds"] = 5 });
        Assert.That((await terminal.EventAsync("message"))["text"]!.GetValue<string>(), Is.EqualTo("Toner is low"));
        await link.LockAsync(null, "admin");
        Assert.That((await terminal.EventAsync("locked"))["reason"]!.GetValue<string>(), Is.EqualTo("admin"));
        var ping = await link.AskAsync("terminal.ping", []);
        Assert.That(ping["result"]!.AsObject(), Is.Empty);
    }

    [Test]
    public async Task Required_project_is_searched_and_chosen_before_the_unlock()
    {
        await using var terminal = bench.Start();
        using var link = await bench.Server.WelcomeAsync();
        await terminal.CommandAsync("card 04A1B2C3");
        await link.LogInAsync("s-1", projectRequired: true);
        await terminal.EventAsync("projectRequired");
        await terminal.CommandAsync("projects house");
        var search = await link.ExpectAsync("session.projects");
        Assert.That(search["params"]!["query"]!.GetValue<string>(), Is.EqualTo("house"));
        await link.ReplyAsync(search, new JsonObject { ["projects"] = new JsonArray(new JsonObject { ["id"] = "12", ["code"] = "H2", ["name"] = "House" }) });
        Assert.That((await terminal.AnswerAsync("projects"))["projects"]![0]!["code"]!.GetValue<string>(), Is.EqualTo("H2"));
        await terminal.CommandAsync("project NONE");
        await link.FailAsync(await link.ExpectAsync("session.project"), -32012, "unknownProject");
        Assert.That((await terminal.AnswerAsync("project"))["code"]!.GetValue<int>(), Is.EqualTo(-32012));
        await terminal.CommandAsync("project H2");
        await link.ReplyAsync(await link.ExpectAsync("session.project"), new JsonObject { ["project"] = new JsonObject { ["id"] = "12", ["code"] = "H2", ["name"] = "House" } });
        await link.UnlockAsync("s-1", "copy");
        Assert.That((await terminal.EventAsync("unlocked"))["session"]!.GetValue<string>(), Is.EqualTo("s-1"));
    }

    [Test]
    public async Task Card_is_registered_by_code()
    {
        await using var terminal = bench.Start();
        using var link = await bench.Server.WelcomeAsync();
        await terminal.EventAsync("connected");
        await terminal.CommandAsync("register 04A1B2C3 KQ7M-22XZ");
        var register = await link.ExpectAsync("card.register");
        Assert.That(register["params"]!["method"]!.GetValue<string>(), Is.EqualTo("code"));
        Assert.That(register["params"]!["code"]!.GetValue<string>(), Is.EqualTo("KQ7M-22XZ"));
        await link.ReplyAsync(register, new JsonObject { ["user"] = new JsonObject { ["name"] = "anna", ["displayName"] = "Anna Berg" } });
        Assert.That((await terminal.AnswerAsync("register"))["ok"]!.GetValue<bool>(), Is.True);
    }

    [Test]
    public async Task Script_file_drives_the_terminal_and_ends_it()
    {
        File.WriteAllText(Path.Combine(bench.Folder, "walk.txt"), "# a walk-up\nwait connected 10s\ncard 04A1B2C3\nwait unlocked 5s\nlogout\nwait locked 5s\nwait never 50ms\nnonsense\nquit\n");
        bench.Config["simulated"]!["script"] = "walk.txt";
        await using var terminal = bench.Start();
        terminal.Secret("04A1B2C3");
        using var link = await bench.Server.WelcomeAsync();
        await link.LogInAsync("s-1");
        var logout = await link.ExpectAsync("session.logout");
        await link.ReplyAsync(logout, new JsonObject { ["session"] = "s-1", ["state"] = "settling" });
        await terminal.AnswerAsync("logout");
        Assert.That((await terminal.AnswerAsync("wait"))["ok"]!.GetValue<bool>(), Is.True);
        Assert.That((await terminal.AnswerAsync("wait"))["ok"]!.GetValue<bool>(), Is.False, "a wait whose time passed says so");
        Assert.That((await terminal.AnswerAsync("?"))["message"]!.GetValue<string>(), Does.Contain("nonsense"));
        await terminal.EventAsync("stopped");
        Assert.That(await terminal.ExitAsync(), Is.Zero);
    }

    [Test]
    public async Task Sigterm_locks_logs_out_and_ends_with_zero()
    {
        await using var terminal = bench.Start();
        using var link = await bench.Server.WelcomeAsync();
        await terminal.CommandAsync("card 04A1B2C3");
        await link.LogInAsync("s-1");
        await terminal.EventAsync("unlocked");
        await terminal.TerminateAsync();
        var logout = await link.ExpectAsync("session.logout");
        await link.ReplyAsync(logout, new JsonObject { ["session"] = "s-1", ["state"] = "settling" });
        Assert.That((await terminal.EventAsync("locked"))["reason"]!.GetValue<string>(), Is.EqualTo("stop"));
        await terminal.EventAsync("stopped");
        Assert.That(await terminal.ExitAsync(), Is.Zero);
    }
}
