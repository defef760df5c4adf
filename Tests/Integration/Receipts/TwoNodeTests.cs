using System.Xml.Linq;
using CopyTrack.Integration.Live;
using CopyTrack.MfpSimulator.Contract;
using NUnit.Framework;

namespace CopyTrack.Integration.Receipts;

/// <summary>A device that is its own terminal, behind something that spreads its words over two nodes.</summary>
[Parallelizable] // It has servers of its own and waits most of the time.
internal sealed class TwoNodeTests
{
    [Test]
    public async Task Commands_reach_a_device_whose_words_go_to_another_node()
    {
        await using var site = await LiveSite.StartAsync(Db.PostgreSql, "--Polling:IdleSeconds=2", "--Polling:SettleSeconds=4");
        var secret = (await site.GoodAsync("device", "credential", "hall")).Trim();
        using var one = Client(site, secret);
        using var two = new AccountingClient(
            new Uri($"https://localhost:{await site.ServeBesideAsync()}/"), "hall", secret, new SocketsHttpHandler { SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true } });
        await site.UntilAsync("select count(*) from reading where status = 0", 1);
        await BeatAsync(two, "locked", null);
        await BeatAsync(one, "locked", null);

        // The login goes to one node, everything else to the other.
        var login = await one.CallAsync(new XElement(AccountingClient.Ns + "Authenticate", new XElement(AccountingClient.Ns + "method", "card"), new XElement(AccountingClient.Ns + "card", "04A1")));
        var session = login.Element(AccountingClient.Ns + "session")!.Value;
        await UntilAsync(async () => (await BeatAsync(two, "locked", null)).Any(c => c == ("unlock", session)), "the unlock is told by the other node", site);
        await BeatAsync(two, "unlocked", session);
        await site.UntilAsync($"select count(*) from session where id = {session} and state = 2", 1);

        // The node that sent the unlock first waits for its answer no longer than it must, and knows that another has heard it.
        await Task.Delay(TimeSpan.FromSeconds(11));
        Assert.That(await site.ScalarAsync($"select count(*) from session where id = {session} and state = 2"), Is.EqualTo(1));
        Assert.That(await BeatAsync(two, "unlocked", session), Is.Empty);
        var end = await one.CallAsync(new XElement(AccountingClient.Ns + "EndSession", new XElement(AccountingClient.Ns + "session", session)));
        Assert.That(end.Element(AccountingClient.Ns + "ended")!.Value, Is.EqualTo("true"));
        await UntilAsync(async () => (await BeatAsync(two, "unlocked", session)).Any(c => c.Kind == "lock"), "the lock is told by the other node", site);
    }

    private static async Task<IReadOnlyList<(string Kind, string? Session)>> BeatAsync(AccountingClient client, string panel, string? session)
    {
        var beat = new XElement(AccountingClient.Ns + "Heartbeat", new XElement(AccountingClient.Ns + "panel", panel), session is null ? null : new XElement(AccountingClient.Ns + "session", session));
        return [.. (await client.CallAsync(beat)).Elements(AccountingClient.Ns + "command").Select(c => (c.Element(AccountingClient.Ns + "kind")!.Value, c.Element(AccountingClient.Ns + "session")?.Value))];
    }

    private static AccountingClient Client(LiveSite site, string secret) => new(
        new Uri($"https://localhost:{site.HttpsPort}/"), "hall", secret,
        new SocketsHttpHandler { SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true } });

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
