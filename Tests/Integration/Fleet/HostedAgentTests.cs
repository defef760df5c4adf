using System.Globalization;
using System.Text.Json;
using CopyTrack.Integration.Live;
using NUnit.Framework;

namespace CopyTrack.Integration.Fleet;

/// <summary>The agent inside the server, at a copier where people also log in: one device, one ledger, each page once.</summary>
[Category("Alone")] // A server with an agent in it wants the machine.
internal sealed class HostedAgentTests
{
    [Test]
    public async Task Copier_that_is_metered_and_walked_up_to_is_one_device()
    {
        var folder = Directory.CreateTempSubdirectory("copytrack-hosted-").FullName;
        try
        {
            var file = Path.Combine(folder, "agent.json");
            // Nothing answers there: the copier's port is known only once the site stands.
            await WriteAsync(9);
            await using var site = await LiveSite.StartAsync(Db.Sqlite, $"--Fleet:LocalAgent={file}", "--Polling:IdleSeconds=1");
            await site.KillAsync();
            await WriteAsync(site.Copier.EndPoint!.Port);
            await site.ServeAgainAsync();
            await site.UntilAsync("select count(*) from fleet_device where reading_at is not null", 1);
            Assert.That(await site.ScalarAsync("select count(*) from device where deleted_at is null"), Is.EqualTo(1), "no second device for what the agent found");

            var identity = await site.EnrolAsync("box");
            await using (var terminal = await LiveTerminal.ConnectAsync(site, identity, "card"))
            {
                var login = await terminal.CardAsync("04A1");
                await terminal.HearAsync("panel.unlock");
                await site.CopyAsync(5);
                await terminal.LogoutAsync(login["result"]!["session"]!.GetValue<string>());
                await site.UntilAsync("select count(*) from session where settled_at is not null", 1);
            }

            var mark = await site.ScalarAsync("select json_extract(state, '$.agents[0].readings') from device_state");
            await site.UntilAsync($"select case when json_extract(state, '$.agents[0].readings') > {(mark + 2).ToString(CultureInfo.InvariantCulture)} then 1 else 0 end from device_state", 1);
            Assert.That(await site.ScalarAsync("select sum(jobs) from usage_month"), Is.EqualTo(1), "one job, and anna's");
            Assert.That(await site.ScalarAsync("select sum(impressions) from usage_month"), Is.EqualTo(5));
            Assert.That(await site.ScalarAsync("select sum(impressions) from usage_device_month"), Is.EqualTo(5), "what the agent read of the same pages is evidence");
            Assert.That(await site.ScalarAsync("select count(*) from epoch"), Is.EqualTo(1));
            await site.GoodAsync("audit", "--full");

            async Task WriteAsync(int port) => await File.WriteAllTextAsync(file, JsonSerializer.Serialize(new
            {
                manager = "https://localhost", state = Path.Combine(folder, "state"), ranges = new[] { "127.0.0.1" }, port, counterSeconds = 1, inventorySeconds = 2, retrySeconds = 1,
            }));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
