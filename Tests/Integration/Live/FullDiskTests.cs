using System.Text.Json.Nodes;
using NUnit.Framework;

namespace CopyTrack.Integration.Live;

/// <summary>The disk of the embedded database is full for a while.</summary>
[Parallelizable] // It has a server and a disk of its own and waits most of the time.
internal sealed class FullDiskTests
{
    private const string Settled = "select count(*) from session where state = 4";

    [Test]
    public async Task A_full_disk_refuses_logins_with_its_cause_and_no_page_is_lost()
    {
        await using var disk = await SmallDisk.StartAsync(megabytes: 24);
        await using var site = await LiveSite.StartAsync(disk, "--Polling:IdleSeconds=1", "--Polling:SettleSeconds=2");
        var identity = await site.EnrolAsync("box");
        await using var terminal = await LiveTerminal.ConnectAsync(site, identity, "card");
        await site.UntilAsync("select count(*) from reading where status = 0", 1);
        await VisitAsync(3, (await terminal.CardAsync("04A1"))["result"]!);

        await disk.FillAsync();
        // What the files of the database hold in reserve may still take a few.
        JsonNode reply;
        while ((reply = await terminal.CardAsync("04A1"))["result"] is { } result)
        {
            await VisitAsync(0, result);
            await disk.FillAsync();
        }

        Assert.That(reply["error"]!["code"]!.GetValue<int>(), Is.EqualTo(-32603), reply.ToJsonString());
        Assert.That(reply["error"]!["message"]!.GetValue<string>(), Does.Contain("database"));
        Assert.That(site.Log, Does.Contain("the disk of the data directory is full"));
        Assert.That(await site.ScalarAsync("select count(*) from session where state < 3"), Is.Zero, "nothing half booked");
        await site.CopyAsync(2);
        Assert.That((await terminal.CardAsync("04A1"))["error"], Is.Not.Null);

        disk.Free();
        await site.UntilAsync("select coalesce(sum(delta), 0) from entry where session_id is null and counter = (select min(counter) from entry where session_id is not null)", 2);
        await VisitAsync(4, (await terminal.CardAsync("04A1"))["result"]!);
        Assert.That(await site.ScalarAsync("select coalesce(sum(delta), 0) from entry where session_id is not null and counter = (select min(counter) from entry where session_id is not null)"), Is.EqualTo(7));
        await site.GoodAsync("audit", "--full");
        Assert.That(site.Runs, Is.True);

        async Task VisitAsync(int copies, JsonNode login)
        {
            var settled = await site.ScalarAsync(Settled);
            await terminal.HearAsync("panel.unlock");
            if (copies > 0)
            {
                await site.CopyAsync(copies);
            }

            await terminal.LogoutAsync(login["session"]!.GetValue<string>());
            if (copies > 0)
            {
                await site.UntilAsync(Settled, settled + 1);
            }
        }
    }
}
