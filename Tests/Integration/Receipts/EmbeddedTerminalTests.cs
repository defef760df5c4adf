using System.Text.Json.Nodes;
using System.Xml.Linq;
using CopyTrack.Integration.Live;
using CopyTrack.MfpSimulator.Contract;
using CopyTrack.MfpSimulator.Device;
using CopyTrack.MfpSimulator.Meters;
using NUnit.Framework;

namespace CopyTrack.Integration.Receipts;

/// <summary>A terminal inside an MFP, from the card to the report: what the ledger says is what the device's own log says.</summary>
[Parallelizable] // Each has a server of its own and waits most of the time.
[TestFixture(Db.Sqlite)]
[TestFixture(Db.PostgreSql)]
internal sealed class EmbeddedTerminalTests(Db db)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Test]
    public async Task Embedded_terminal_is_served_from_the_card_to_the_report()
    {
        await using var site = await LiveSite.StartAsync(db, "--Polling:IdleSeconds=2", "--Polling:SettleSeconds=4");
        var secret = (await site.GoodAsync("device", "credential", "hall")).Trim();
        await site.UntilAsync("select count(*) from reading where status = 0", 1);
        await using var mfp = new EmbeddedTerminal(site.Simulator, site.Copier, Client(site, secret), TimeSpan.FromSeconds(1));
        await mfp.StartAsync();

        Assert.That(mfp.Do(Copy(1, "nobody")), Is.False, "the panel is locked at first");
        Assert.That(await mfp.CardAsync("FFFF"), Is.False, "an unknown card");
        Assert.That(await mfp.CardAsync("04A1"), Is.True);
        await UntilAsync(() => mfp.Unlocked is not null, "unlocked by a command", site);
        Assert.That(await mfp.AuthorizeAsync(color: true, 4), Is.True);
        Assert.That(mfp.Do(Copy(4, "anna") with { Color = JobColor.FullColor }), Is.True);
        Assert.That(mfp.Do(Copy(3, "anna") with { Duplex = true, Copies = 2 }), Is.True);
        await site.Simulator.WhenQuietAsync().WaitAsync(Patience);
        await mfp.LogoutAsync();
        Assert.That(mfp.Do(Copy(1, "nobody")), Is.False, "locked again");

        // Bert's receipts come only after the server was cut off and started again; a print job of nobody comes between.
        await UntilAsync(async () => await mfp.CardAsync("04B2"), "bert logs in", site);
        await UntilAsync(() => mfp.Unlocked is not null, "unlocked for bert", site);
        mfp.HoldReceipts = true;
        Assert.That(mfp.Do(Copy(5, "bert")), Is.True);
        site.Copier.Submit(new JobRequest { Function = JobFunction.Print, Pages = 2 });
        await site.Simulator.WhenQuietAsync().WaitAsync(Patience);
        await mfp.LogoutAsync();
        await site.UntilAsync("select count(*) from session where state = 4", 2);
        await site.KillAsync();
        await site.ServeAgainAsync();
        mfp.HoldReceipts = false;
        await site.UntilAsync("select count(*) from receipt where status = 1", 4);

        Assert.That(mfp.Log.Where(l => l.Session is not null).Sum(l => l.Impressions), Is.EqualTo(4 + 6 + 5));
        var report = JsonNode.Parse(await site.GoodAsync("report", "users", "--format", "json"))!["rows"]!.AsArray();
        Assert.That(Of(report, "anna", "impressions"), Is.EqualTo(10));
        Assert.That(Of(report, "anna", "color"), Is.EqualTo(4));
        Assert.That(Of(report, "bert", "impressions"), Is.EqualTo(5));
        Assert.That(await site.ScalarAsync("select coalesce(sum(delta), 0) from entry where cause = 14"), Is.Zero, "nothing is owed");
        Assert.That(await site.ScalarAsync("select count(*) from receipt_conflict"), Is.Zero);
        Assert.That(await site.ScalarAsync("select count(*) from outbox where topic = 'alert' and payload like '%panelBypass%'"), Is.Zero);
        var coverage = JsonNode.Parse(await site.GoodAsync("report", "coverage", "--format", "json"))!["rows"]!.AsArray().Single(r => r!["key"]!.GetValue<string>() == "hall")!;
        Assert.That(coverage["unexplained"]!.GetValue<long>(), Is.Zero, coverage.ToJsonString());
        Assert.That(coverage["metered"]!.GetValue<long>(), Is.EqualTo(17));
        await site.GoodAsync("audit", "--full");
    }

    [Test]
    public async Task Device_with_a_terminals_certificate_needs_no_secret_and_revocation_ends_it()
    {
        await using var site = await LiveSite.StartAsync(db);
        var identity = await site.EnrolAsync("inside");
        var handler = new SocketsHttpHandler { SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true, ClientCertificateContext = System.Net.Security.SslStreamCertificateContext.Create(identity.Certificate, null, offline: true) } };
        using var client = new AccountingClient(new Uri($"https://localhost:{site.HttpsPort}/"), null, null, handler);
        var answer = await client.CallAsync(new XElement(AccountingClient.Ns + "Heartbeat", new XElement(AccountingClient.Ns + "panel", "locked")));
        Assert.That(answer.Name.LocalName, Is.EqualTo("HeartbeatResponse"));
        await site.GoodAsync("terminal", "revoke", identity.Id);
        var refused = 0;
        for (var tries = 0; tries < 40 && refused == 0; tries++)
        {
            await Task.Delay(250);
            try
            {
                await client.CallAsync(new XElement(AccountingClient.Ns + "Heartbeat", new XElement(AccountingClient.Ns + "panel", "locked")));
            }
            catch (ContractFault fault)
            {
                refused = fault.Status;
            }
        }

        Assert.That(refused, Is.AnyOf(401, 400));
    }

    private static AccountingClient Client(LiveSite site, string secret) => new(
        new Uri($"https://localhost:{site.HttpsPort}/"), "hall", secret,
        new SocketsHttpHandler { SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true } });

    private static JobRequest Copy(int pages, string who) => new() { Function = JobFunction.Copy, Pages = pages, Who = who };

    private static long Of(JsonArray rows, string user, string column) => rows.Single(r => r!["key"]?.GetValue<string>() == user)![column]!.GetValue<long>();

    private static Task UntilAsync(Func<bool> done, string what, LiveSite site) => UntilAsync(() => Task.FromResult(done()), what, site);

    private static async Task UntilAsync(Func<Task<bool>> done, string what, LiveSite site)
    {
        for (var tries = 0; tries < 300; tries++)
        {
            if (await done())
            {
                return;
            }

            await Task.Delay(100);
        }

        Assert.Fail($"{what}\n{site.Log}");
    }
}
