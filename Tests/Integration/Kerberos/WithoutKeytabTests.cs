using System.Text.Json.Nodes;
using CopyTrack.Integration.Live;
using NUnit.Framework;

namespace CopyTrack.Integration.Kerberos;

/// <summary>A server that has a realm and no key of its own.</summary>
public sealed class WithoutKeytabTests
{
    private const int MethodNotOffered = -32015;

    [Test]
    public async Task Without_a_keytab_both_methods_stay_off_and_the_log_says_why()
    {
        await using var site = await LiveSite.StartAsync(Db.Sqlite, "--Kerberos:Realm=ACME.TEST", "--Terminals:LoginMethods=card;password;smartcard");
        await using var terminal = await LiveTerminal.ConnectAsync(site, await site.EnrolAsync("panel"), "card", "password", "smartcard");
        Assert.That(terminal.Hello["loginMethods"]!.AsArray().Select(m => m!.GetValue<string>()), Is.EqualTo(new[] { "card" }));
        Assert.That(Code(await KerberosSite.LoginAsync(terminal, "alice", "x")), Is.EqualTo(MethodNotOffered));
        Assert.That(Code(await terminal.AskAsync("session.login", new JsonObject { ["method"] = "smartcard", ["certificate"] = "MAA=" })), Is.EqualTo(MethodNotOffered));
        Assert.That(site.Log, Does.Contain("Login by password is off: Kerberos:KeytabFile is not set: without a key of our own nothing proves that the KDC is the real one"));
        Assert.That(site.Log, Does.Contain("Login by smartcard is off"));
    }

    private static int Code(JsonNode reply) => reply["error"]?["code"]?.GetValue<int>() ?? 0;
}
