using System.Text.Json.Nodes;
using NUnit.Framework;

namespace CopyTrack.Integration.Live;

/// <summary>Every login leaves a line, whatever came of it.</summary>
[Parallelizable] // Each has a server of its own and waits most of the time.
[TestFixture(Db.Sqlite)]
[TestFixture(Db.PostgreSql)]
internal sealed class AccessLogTests(Db db)
{
    [Test]
    public async Task Each_login_is_logged_with_its_outcome_and_no_more_than_half_of_the_card()
    {
        await using var site = await LiveSite.StartAsync(db);
        var identity = await site.EnrolAsync("box");
        await using var terminal = await LiveTerminal.ConnectAsync(site, identity, "card", "pin");
        await terminal.CardAsync("04DEADBEEF99");
        await terminal.AskAsync("session.login", new JsonObject { ["method"] = "pin", ["pin"] = "734261" });
        await terminal.AskAsync("session.login", new JsonObject { ["method"] = "card+pin", ["card"] = "04A1", ["pin"] = "734261" });
        await terminal.AskAsync("card.register", new JsonObject { ["method"] = "code", ["card"] = "0477665544", ["code"] = "AAAA-BBBB-CCCC" });
        var login = await terminal.CardAsync("04:a1");
        await terminal.LogoutAsync(login["result"]!["session"]!.GetValue<string>());
        await site.UntilAsync("select count(*) from access_log", 5);
        foreach (var (method, outcome, person, suffix) in ((string, string, bool, string?)[])
            [("card", "unknownCard", false, "EF99"), ("pin", "methodNotOffered", false, null), ("card+pin", "wrongPin", true, "A1"), ("register", "wrongCode", false, "5544"), ("card", "granted", true, "A1")])
        {
            var here = suffix is null ? "card_suffix is null" : $"card_suffix = '{suffix}'";
            var who = person ? "person_id = (select id from person where user_name = 'anna')" : "person_id is null";
            Assert.That(
                await site.ScalarAsync($"select count(*) from access_log where method = '{method}' and outcome = '{outcome}' and {who} and {here} and device_id is not null"),
                Is.EqualTo(1), $"{method} {outcome}");
        }
    }
}
