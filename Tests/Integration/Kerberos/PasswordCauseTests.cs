using System.Diagnostics;
using System.Text.Json.Nodes;
using CopyTrack.Integration.Live;
using CopyTrack.TestKit.Kerberos;
using NUnit.Framework;

namespace CopyTrack.Integration.Kerberos;

/// <summary>
/// The table of docs/kerberos.md, row by row: a real KDC in every state, killed, slow, and lying on every message, a real server, a terminal on the wire; the
/// exact code for the terminal and the text for administrators.
/// </summary>
[NonParallelizable] // One KDC and one proxy whose lie is set for a row at a time.
public sealed class PasswordCauseTests
{
    private const int WrongCredentials = -32003, AccountDisabled = -32004, AccountLocked = -32005, PasswordExpired = -32006, NotPermitted = -32007, Unavailable = -32010;

    private KerberosSite site = null!;
    private LiveTerminal terminal = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        site = await SharedKerberos.SiteAsync();
        terminal = await LiveTerminal.ConnectAsync(site.Site, await site.Site.EnrolAsync("panel"), "card", "password", "smartcard");
    }

    [OneTimeTearDown]
    public Task EndAsync() => terminal.DisposeAsync().AsTask();

    [SetUp]
    public void TellTheTruth() => site.Proxy.Tell((_, _, answer) => answer);

    [Test]
    public void Methods_are_offered() => Assert.That(
        terminal.Hello["loginMethods"]!.AsArray().Select(m => m!.GetValue<string>()), Is.EqualTo(new[] { "card", "password", "smartcard" }));

    [TestCase("alice", "alice")]
    [TestCase("ALICE@acme.test", null)]
    [TestCase("alice@acme.test", "alice")]
    [TestCase("bob@other.test", "bob")]
    [TestCase("sha2", "sha2")]
    [TestCase("nopreauth", "nopreauth")]
    public async Task Right_password_opens_the_session_of_the_principals_owner(string typed, string? user)
    {
        var reply = await KerberosSite.LoginAsync(terminal, typed, PrivateKdc.Password);
        if (user is null)
        {
            Assert.That(Code(reply), Is.EqualTo(WrongCredentials), "MIT tells upper from lower case: " + reply.ToJsonString());
            return;
        }

        Assert.That(reply["result"]?["user"]?["name"]?.GetValue<string>(), Is.EqualTo(user), reply.ToJsonString() + site.Site.Log);
        await terminal.HearAsync("panel.unlock");
        await terminal.LogoutAsync(reply["result"]!["session"]!.GetValue<string>());
    }

    [TestCase("alice", "wrong", WrongCredentials, "(WrongCredentials): the KDC of ACME.TEST answered KDC_ERR_PREAUTH_FAILED")]
    [TestCase("nobody", "wrong", WrongCredentials, "(WrongCredentials): the KDC of ACME.TEST answered KDC_ERR_C_PRINCIPAL_UNKNOWN")]
    [TestCase("nobody@evil.test", "wrong", WrongCredentials, "(WrongCredentials): the KDC of ACME.TEST answered KDC_ERR_C_PRINCIPAL_UNKNOWN")]
    [TestCase("nopreauth", "wrong", WrongCredentials, "(WrongCredentials): the answer of the KDC of ACME.TEST, given without pre-authentication, does not open with the password")]
    [TestCase("pwexpired", PrivateKdc.Password, PasswordExpired, "(PasswordExpired): the KDC of ACME.TEST answered KDC_ERR_KEY_EXPIRED")]
    [TestCase("pwexpired", "wrong", WrongCredentials, "(WrongCredentials): the KDC of ACME.TEST answered KDC_ERR_PREAUTH_FAILED")]
    [TestCase("expired", PrivateKdc.Password, AccountLocked, "(AccountExpired): the KDC of ACME.TEST answered KDC_ERR_NAME_EXP")]
    [TestCase("disabled", PrivateKdc.Password, AccountLocked, "(AccountLocked): the KDC of ACME.TEST answered KDC_ERR_CLIENT_REVOKED")]
    [TestCase("rc4", PrivateKdc.Password, Unavailable, "(WeakEncryption): the KDC of ACME.TEST has no AES key for this account")]
    [TestCase("carol", PrivateKdc.Password, NotPermitted, "Kerberos verified carol@ACME.TEST, but nobody, or more than one person, has that principal")]
    public async Task Cause_has_its_code_and_its_text(string typed, string password, int code, string text)
    {
        var before = site.Site.Log.Length;
        var reply = await KerberosSite.LoginAsync(terminal, typed, password);
        Assert.That(Code(reply), Is.EqualTo(code), reply.ToJsonString() + site.Site.Log);
        KerberosHandbook.Tells(code, await site.UntilLoggedAsync(text, before));
        Assert.That(site.Site.Log, Does.Not.Contain(PrivateKdc.Password));
    }

    [Test]
    public async Task Person_whom_an_administrator_switched_off_hears_it_after_the_right_password_only()
    {
        await site.Kdc.AdministerAsync($"addprinc -pw \"{PrivateKdc.Password}\" dora");
        Assert.That(Code(await KerberosSite.LoginAsync(terminal, "dora", "wrong")), Is.EqualTo(WrongCredentials));
        Assert.That(Code(await KerberosSite.LoginAsync(terminal, "dora", PrivateKdc.Password)), Is.EqualTo(AccountDisabled));
    }

    [Test]
    public async Task Account_that_the_KDC_locked_is_told_as_locked_with_a_time()
    {
        Assert.That(Code(await KerberosSite.LoginAsync(terminal, "lockable", "wrong")), Is.EqualTo(WrongCredentials));
        Assert.That(Code(await KerberosSite.LoginAsync(terminal, "lockable", "wrong")), Is.EqualTo(WrongCredentials));
        var reply = await KerberosSite.LoginAsync(terminal, "lockable", PrivateKdc.Password);
        Assert.That(Code(reply), Is.EqualTo(AccountLocked), reply.ToJsonString());
        Assert.That(reply["error"]!["data"]!["retryAfterSeconds"]!.GetValue<int>(), Is.EqualTo(300));
    }

    [Test]
    public async Task Killed_KDC_is_told_as_unavailable_and_works_again_when_it_is_back()
    {
        await site.Kdc.KillAsync();
        try
        {
            Assert.That(Code(await KerberosSite.LoginAsync(terminal, "alice", PrivateKdc.Password)), Is.EqualTo(Unavailable));
            KerberosHandbook.Tells(Unavailable, await site.UntilLoggedAsync("(Unreachable): no Kerberos server of ACME.TEST answered: 127.0.0.1:"));
        }
        finally
        {
            await site.Kdc.StartAgainAsync();
        }

        await GrantedAsync();
    }

    [Test]
    public async Task Slow_KDC_is_waited_for_within_reason()
    {
        site.Proxy.Tell((_, _, answer) => answer);
        var truth = site.Proxy.Lie;
        site.Proxy.Lie = async (number, request, answer) =>
        {
            await Task.Delay(300);
            return await truth(number, request, answer);
        };
        await GrantedAsync();
        site.Proxy.Lie = async (_, _, answer) =>
        {
            await Task.Delay(2500);
            return answer;
        };
        var waited = Stopwatch.StartNew();
        Assert.That(Code(await KerberosSite.LoginAsync(terminal, "alice", PrivateKdc.Password)), Is.EqualTo(Unavailable));
        Assert.That(waited.Elapsed, Is.LessThan(TimeSpan.FromSeconds(15)));
        await site.UntilLoggedAsync("UDP: no answer");
    }

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(2)]
    public async Task Lie_on_any_message_grants_nothing(int message)
    {
        byte[]? earlier = null;
        site.Proxy.Tell((number, _, answer) => number == message ? earlier = answer : answer);
        await GrantedAsync();
        var replayed = earlier!;
        foreach (var (name, lie) in new (string, Func<byte[], byte[]?>)[]
        {
            ("an old answer", _ => replayed),
            ("noise", _ => [0x7E, 3, 1, 2, 3]),
            ("nothing in it", _ => [0x6B, 0]),
            ("cut", a => a[..(a.Length / 2)]),
            ("more behind", a => [.. a, 0]),
            ("last byte changed", a => [.. a[..^1], (byte)(a[^1] ^ 1)]),
            ("a huge length", _ => [0x6B, 0x84, 0xFF, 0xFF, 0xFF, 0xFF]),
        })
        {
            site.Proxy.Tell((number, _, answer) => number == message ? lie(answer) : answer);
            var reply = await KerberosSite.LoginAsync(terminal, "alice", PrivateKdc.Password);
            // Nobody signs the first answer, and some of it nobody needs: with the right password the same error again, or a hint that changed, is no lie that matters.
            if (message == 0 && name is "an old answer" or "last byte changed" && reply["result"] is { } same)
            {
                Assert.That(same["user"]!["name"]!.GetValue<string>(), Is.EqualTo("alice"));
                await terminal.LogoutAsync(same["session"]!.GetValue<string>());
                continue;
            }

            Assert.That(Code(reply), Is.EqualTo(Unavailable), $"{name}: {reply.ToJsonString()}\n{site.Site.Log}");
        }

        await site.UntilLoggedAsync("(BadReply)");
    }

    [Test]
    public async Task Liar_who_changes_bytes_grants_nothing_and_never_breaks_the_server()
    {
        foreach (var message in new[] { 0, 1, 2 })
        {
            for (var at = 0; at < 8; at++)
            {
                var here = at;
                site.Proxy.Tell((number, _, answer) =>
                {
                    if (number == message)
                    {
                        answer = (byte[])answer.Clone();
                        answer[here * (answer.Length - 1) / 7] ^= 0x40;
                    }

                    return answer;
                });
                var reply = await KerberosSite.LoginAsync(terminal, "alice", "wrong password");
                Assert.That(reply["result"], Is.Null, $"message {message}, byte {at}");
                Assert.That(Code(reply), Is.AnyOf(WrongCredentials, Unavailable, AccountLocked), $"message {message}, byte {at}: {reply.ToJsonString()}");
            }
        }

        site.Proxy.Tell((_, _, answer) => answer);
        await GrantedAsync();
    }

    [Test]
    public async Task Keytab_that_is_out_of_date_is_told_and_a_new_one_is_taken_without_a_restart()
    {
        await site.Kdc.AdministerAsync($"cpw -randkey {PrivateKdc.Service}");
        Assert.That(Code(await KerberosSite.LoginAsync(terminal, "alice", PrivateKdc.Password)), Is.EqualTo(Unavailable));
        KerberosHandbook.Tells(Unavailable, await site.UntilLoggedAsync(
            "(KdcNotProven): the ticket of HTTP/copytrack.acme.test@ACME.TEST needs key version 3 of type 18; the keytab has kvno 2 aes256-cts-hmac-sha1-96"));
        await site.Kdc.AdministerAsync($"ktadd -k {site.Kdc.Keytab} {PrivateKdc.Service}");
        await GrantedAsync();
    }

    private async Task GrantedAsync()
    {
        var reply = await KerberosSite.LoginAsync(terminal, "alice", PrivateKdc.Password);
        Assert.That(reply["result"]?["session"], Is.Not.Null, reply.ToJsonString() + site.Site.Log);
        await terminal.LogoutAsync(reply["result"]!["session"]!.GetValue<string>());
    }

    private static int Code(JsonNode reply) => reply["error"]?["code"]?.GetValue<int>() ?? 0;
}
