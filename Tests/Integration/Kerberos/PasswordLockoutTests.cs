using System.Text.Json.Nodes;
using CopyTrack.Integration.Live;
using CopyTrack.TestKit.Kerberos;
using NUnit.Framework;

namespace CopyTrack.Integration.Kerberos;

/// <summary>Guessing passwords at a terminal, and registering a card by password; on both databases.</summary>
[TestFixture(Db.Sqlite)]
[TestFixture(Db.PostgreSql)]
internal sealed class PasswordLockoutTests(Db db)
{
    private const int WrongCredentials = -32003, AccountLocked = -32005, CardTaken = -32016;

    private KerberosSite site = null!;

    [OneTimeSetUp]
    public async Task StartAsync() =>
        site = await KerberosSite.StartAsync(db, await SharedKerberos.KdcAsync(), "--Lockout:TerminalAttempts=100", "--Lockout:Attempts=3", "--Sessions:HandoverSeconds=0");

    [OneTimeTearDown]
    public Task EndAsync() => site.DisposeAsync().AsTask();

    [Test]
    public async Task Guesses_lock_a_name_whether_somebody_has_it_or_not_and_a_card_is_registered_by_password()
    {
        await using var terminal = await LiveTerminal.ConnectAsync(site.Site, await site.Site.EnrolAsync("panel"), "card", "password");

        var registered = await terminal.AskAsync("card.register", new JsonObject { ["card"] = "0455AA", ["method"] = "password", ["username"] = "alice", ["password"] = PrivateKdc.Password });
        Assert.That(registered["result"]?["user"]?["name"]?.GetValue<string>(), Is.EqualTo("alice"), registered.ToJsonString());
        var taken = await terminal.AskAsync("card.register", new JsonObject { ["card"] = "04A1", ["method"] = "password", ["username"] = "alice", ["password"] = PrivateKdc.Password });
        Assert.That(Code(taken), Is.EqualTo(CardTaken));
        var wrong = await terminal.AskAsync("card.register", new JsonObject { ["card"] = "0466", ["method"] = "password", ["username"] = "sha2", ["password"] = "wrong" });
        Assert.That(Code(wrong), Is.EqualTo(WrongCredentials));

        foreach (var name in new[] { "alice", "nobody" })
        {
            // All ways to write one name count as one.
            foreach (var typed in new[] { name, name.ToUpperInvariant(), name + "@acme.test" })
            {
                Assert.That(Code(await KerberosSite.LoginAsync(terminal, typed, "wrong")), Is.EqualTo(WrongCredentials), typed);
            }

            var locked = await KerberosSite.LoginAsync(terminal, name, PrivateKdc.Password);
            Assert.That(Code(locked), Is.EqualTo(AccountLocked), locked.ToJsonString());
            Assert.That(locked["error"]!["data"]!["retryAfterSeconds"]!.GetValue<int>(), Is.InRange(890, 900));
        }

        // The bare card of the locked person still works.
        var card = await terminal.CardAsync("0455AA");
        Assert.That(card["result"]?["user"]?["name"]?.GetValue<string>(), Is.EqualTo("alice"), card.ToJsonString());
        await terminal.LogoutAsync(card["result"]!["session"]!.GetValue<string>());
        Assert.That(await site.Site.ScalarAsync("select count(*) from lockout where name like '%alice%' or name like '%nobody%'"), Is.Zero, "names of people in the table of lock-outs");
    }

    [Test]
    public async Task Same_attempt_gets_the_same_answer_and_two_people_with_one_principal_open_nothing()
    {
        await using var terminal = await LiveTerminal.ConnectAsync(site.Site, await site.Site.EnrolAsync("again"), "password");
        var first = await KerberosSite.LoginAsync(terminal, "nopreauth", PrivateKdc.Password, "attempt-1");
        var again = await KerberosSite.LoginAsync(terminal, "nopreauth", PrivateKdc.Password, "attempt-1");
        Assert.That(again["result"]?["session"]?.GetValue<string>(), Is.EqualTo(first["result"]!["session"]!.GetValue<string>()), again.ToJsonString());
        await terminal.LogoutAsync(first["result"]!["session"]!.GetValue<string>());

        await site.Site.GoodAsync("import", "users", site.Site.Write("twin.csv", "username,principal\ntwin,nopreauth@ACME.TEST\n"));
        Assert.That(Code(await KerberosSite.LoginAsync(terminal, "nopreauth", PrivateKdc.Password)), Is.EqualTo(-32007));
        await site.UntilLoggedAsync("nobody, or more than one person, has that principal");
    }

    private static int Code(JsonNode reply) => reply["error"]?["code"]?.GetValue<int>() ?? 0;
}
