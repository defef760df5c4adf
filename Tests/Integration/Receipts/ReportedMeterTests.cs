using System.Xml.Linq;
using CopyTrack.Integration.Live;
using CopyTrack.MfpSimulator.Contract;
using NUnit.Framework;

namespace CopyTrack.Integration.Receipts;

/// <summary>A device that nobody can read: its own counters are the meters, its own names become people.</summary>
[Parallelizable] // It has a server of its own and waits most of the time.
internal sealed class ReportedMeterTests
{
    private static readonly XNamespace Ns = AccountingClient.Ns;

    [Test]
    public async Task Counters_that_a_device_tells_are_its_meters_where_there_are_no_others()
    {
        await using var site = await LiveSite.StartAsync(Db.Sqlite, "--Polling:IdleSeconds=86400");
        await site.GoodAsync("import", "devices", site.Write("cellar.csv", "name,address,port\ncellar,127.0.0.1,9\n"));
        var secret = (await site.GoodAsync("device", "credential", "cellar")).Trim();
        using var client = new AccountingClient(
            new Uri($"https://localhost:{site.HttpsPort}/"), "cellar", secret, new SocketsHttpHandler { SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true } }, soap12: false);
        using var admin = await site.ClientAsync();
        using var account = new StringContent("{\"user\":\"bert\"}", System.Text.Encoding.UTF8, "application/json");
        (await admin.PutAsync("api/v1/accounts/track/4711", account)).EnsureSuccessStatusCode();

        Assert.That((await CountersAsync(client, 100)).Element(Ns + "taken")!.Value, Is.EqualTo("true"));
        var made = DateTimeOffset.UtcNow;
        var receipt = new XElement(
            Ns + "SendReceipts", new XElement(Ns + "sentAt", Text(made)), new XElement(
                Ns + "receipt", new XElement(Ns + "bootId", "b"), new XElement(Ns + "jobId", "1"), new XElement(Ns + "service", "copy"),
                new XElement(Ns + "identity", new XElement(Ns + "kind", "track"), new XElement(Ns + "value", "4711")), new XElement(Ns + "endedAt", Text(made)),
                new XElement(Ns + "pages", new XElement(Ns + "color", "monochrome"), new XElement(Ns + "impressions", "4"))));
        Assert.That((await client.CallAsync(receipt)).Value, Does.Contain("accepted"));
        var wanted = await client.CallAsync(new XElement(Ns + "Heartbeat", new XElement(Ns + "panel", "locked")));
        Assert.That(wanted.Elements(Ns + "command").Select(c => c.Element(Ns + "kind")!.Value), Does.Contain("readCounters"), "a receipt waits for the counters");
        await Task.Delay(TimeSpan.FromSeconds(4));
        await CountersAsync(client, 104);
        await site.UntilAsync("select count(*) from receipt where status = 1", 1);
        Assert.That(await site.ScalarAsync("select sum(u.impressions) from usage_day u join person p on p.id = u.person_id where p.user_name = 'bert'"), Is.EqualTo(4));
        await site.GoodAsync("audit", "--full");

        Assert.That((await AuthorizeAsync(client, "4711")).Element(Ns + "allowed")!.Value, Is.EqualTo("true"), "whom an administrator named");
        Assert.That((await AuthorizeAsync(client, "4712")).Element(Ns + "allowed")!.Value, Is.EqualTo("false"), "whom nobody knows");
    }

    private static Task<XElement> AuthorizeAsync(AccountingClient client, string track) => client.CallAsync(new XElement(
        Ns + "Authorize", new XElement(Ns + "identity", new XElement(Ns + "kind", "track"), new XElement(Ns + "value", track)), new XElement(Ns + "service", "copy")));

    private static Task<XElement> CountersAsync(AccountingClient client, long copies) => client.CallAsync(new XElement(
        Ns + "CounterReport", new XElement(Ns + "idle", true),
        new XElement(Ns + "counter", new XElement(Ns + "function", "copy"), new XElement(Ns + "color", "mono"), new XElement(Ns + "unit", "impressions"), new XElement(Ns + "value", copies))));

    private static string Text(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", System.Globalization.CultureInfo.InvariantCulture);
}
