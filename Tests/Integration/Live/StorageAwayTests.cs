using System.Text.Json.Nodes;
using CopyTrack.TestKit;
using NUnit.Framework;

namespace CopyTrack.Integration.Live;

/// <summary>The database goes while people log in, and comes back.</summary>
[Parallelizable] // It has a server of its own and waits most of the time.
internal sealed class StorageAwayTests
{
    [Test]
    public async Task Logins_get_a_clear_error_while_postgresql_is_away_and_work_again_afterwards()
    {
        await using var postgres = await PrivatePostgreSql.StartAsync(ours: true);
        await using var site = await LiveSite.StartAsync(await postgres.CreateDatabaseAsync(), null, []);
        var identity = await site.EnrolAsync("box");
        await using var terminal = await LiveTerminal.ConnectAsync(site, identity, "card");
        await site.UntilAsync("select count(*) from reading where status = 0", 1);
        await postgres.KillAsync();
        for (var i = 0; i < 3; i++)
        {
            var refused = await terminal.CardAsync("04A1");
            Assert.That(refused["error"]?["code"]?.GetValue<int>(), Is.EqualTo(-32603), refused.ToJsonString());
            Assert.That(refused["error"]!["message"]!.GetValue<string>(), Does.Contain("database"));
        }

        await postgres.StartAgainAsync();
        Assert.That(await site.ScalarAsync("select count(*) from session"), Is.Zero, "nothing half booked");
        JsonNode reply;
        do
        {
            reply = await terminal.CardAsync("04A1");
        }
        while (reply["error"]?["code"]?.GetValue<int>() == -32603);
        var session = reply["result"]!["session"]!.GetValue<string>();
        await terminal.HearAsync("panel.unlock");
        await site.CopyAsync(3);
        await terminal.LogoutAsync(session);
        await site.UntilAsync("select count(*) from session where state = 4", 1);
        await site.UntilAsync("select coalesce(sum(delta), 0) from entry where session_id is not null and counter = (select min(counter) from entry where session_id is not null)", 3);
        await site.GoodAsync("audit", "--full");
        Assert.That(site.Runs, Is.True);
    }
}
