using System.Security.Cryptography;
using System.Text.Json.Nodes;
using CopyTrack.Integration.Live;
using CopyTrack.TestKit.Cards;
using CopyTrack.TestKit.Kerberos;
using NUnit.Framework;

namespace CopyTrack.Integration.Kerberos;

/// <summary>
/// A card in SoftHSM, the reference terminal as a process, the server as a process, a MIT KDC that demands a freshness token: the card signs over the terminal's TLS
/// connection, its key and PIN stay where they are.
/// </summary>
[NonParallelizable] // One KDC and one proxy whose lie is set for a test at a time.
public sealed class SmartCardTests
{
    private const int SmartcardRejected = -32011, Unavailable = -32010;

    private KerberosSite site = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        site = await KerberosSite.StartAsync(
            Db.PostgreSql, null, "--Lockout:TerminalAttempts=1000", "--Sessions:HandoverSeconds=0", "--Kerberos:SmartCard:RequireFreshness=true", "--Kerberos:SmartCard:SignSeconds=5");
        await RestartAsync("");
    }

    [OneTimeTearDown]
    public Task EndAsync() => site.DisposeAsync().AsTask();

    [SetUp]
    public void TellTheTruth() => site.Proxy.Tell((_, _, answer) => answer);

    [TestCase("RSA")]
    [TestCase("P-256")]
    public async Task Card_in_the_reference_terminal_opens_the_panel_and_its_pages_are_booked(string kind)
    {
        using AsymmetricAlgorithm key = kind == "RSA" ? RSA.Create(2048) : ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = site.Kdc.Pki.IssueCard(key, PrivateKdc.Realm, "alice");
        using var card = await SoftHsmCard.InsertAsync(key, certificate);
        await using var terminal = await TerminalProgram.StartAsync(site.Site, "card-" + kind, SoftHsmCard.Module, card.Environment);
        await terminal.CommandAsync("smartcard");
        await terminal.HearAsync("event", "cardPin");
        await terminal.CommandAsync("pin " + SoftHsmCard.Pin);
        var login = await terminal.HearAsync("event", "login");
        Assert.That(login["user"]!.GetValue<string>(), Is.EqualTo("alice"));
        await terminal.HearAsync("event", "unlocked");
        var session = login["session"]!.GetValue<string>();
        if (kind == "RSA")
        {
            await site.Site.CopyAsync(3);
        }

        await terminal.CommandAsync("smartcard-out");
        Assert.That((await terminal.HearAsync("event", "locked"))["reason"]!.GetValue<string>(), Is.EqualTo("logout"));
        await site.Site.UntilAsync($"select count(*) from session where id = {session} and method = 'smartcard' and state in (3, 4)", 1);
        if (kind == "RSA")
        {
            await site.Site.UntilAsync($"select coalesce(max(pages), 0) from (select sum(delta) as pages from entry where session_id = {session} group by counter) as booked", 3);
        }

        Assert.That(terminal.Everything + site.Site.Log, Does.Not.Contain(SoftHsmCard.Pin));
    }

    [Test]
    public async Task Wrong_PIN_of_the_card_and_a_card_pulled_out_have_ends_of_their_own()
    {
        using var key = RSA.Create(2048);
        using var certificate = site.Kdc.Pki.IssueCard(key, PrivateKdc.Realm, "alice");
        using var card = await SoftHsmCard.InsertAsync(key, certificate);
        await using var terminal = await TerminalProgram.StartAsync(site.Site, "ends", SoftHsmCard.Module, card.Environment, pinWaitSeconds: 2);

        await terminal.CommandAsync("smartcard");
        await terminal.HearAsync("event", "cardPin");
        await terminal.CommandAsync("pin 000000");
        Assert.That((await terminal.HearAsync("event", "cardError"))["message"]!.GetValue<string>(), Is.EqualTo("wrongCardPin"));
        await RefusedAsync(terminal, "wrongCardPin");

        await terminal.CommandAsync("smartcard");
        await terminal.HearAsync("event", "cardPin");
        await terminal.CommandAsync("smartcard-out");
        await RefusedAsync(terminal, "cardRemoved");

        // Nobody types a PIN.
        await terminal.CommandAsync("smartcard");
        await terminal.HearAsync("event", "cardPin");
        await RefusedAsync(terminal, "cancelled");

        await terminal.CommandAsync("smartcard");
        await terminal.HearAsync("event", "cardPin");
        card.PullOut();
        await terminal.CommandAsync("pin " + SoftHsmCard.Pin);
        var refused = await terminal.HearAsync("event", "loginError");
        Assert.That(refused["code"]!.GetValue<int>(), Is.EqualTo(SmartcardRejected), refused.ToJsonString());
    }

    /// <summary>A card that counts for itself, behind a real PC/SC service and OpenSC's module: what is blocked is the card, whatever anybody types then.</summary>
    [Test]
    public async Task Card_whose_PIN_was_wrong_three_times_is_blocked_and_person_and_administrator_hear_it()
    {
        using var key = RSA.Create(2048);
        using var certificate = site.Kdc.Pki.IssueCard(key, PrivateKdc.Realm, "alice");
        var card = new PivCard(key, certificate, SoftHsmCard.Pin);
        using var reader = await VirtualReader.StartAsync();
        using var inserted = await reader.InsertAsync(card.Answer, card.Reset);
        await using var terminal = await TerminalProgram.StartAsync(site.Site, "blocked", PivCard.Module, reader.Environment);
        await LoginAsync(SoftHsmCard.Pin);
        await terminal.HearAsync("event", "unlocked");
        Assert.That(card.Signatures, Is.EqualTo(1), "the card signs for its person");
        await terminal.CommandAsync("smartcard-out");
        await terminal.HearAsync("event", "locked");

        foreach (var (pin, reason, left) in new[] { ("000000", "wrongCardPin", 2), ("000001", "wrongCardPin", 1), ("000002", "cardPinBlocked", 0), (SoftHsmCard.Pin, "cardPinBlocked", 0) })
        {
            await LoginAsync(pin);
            Assert.That((await terminal.HearAsync("event", "cardError"))["message"]!.GetValue<string>(), Is.EqualTo(reason), terminal.Everything);
            await RefusedAsync(terminal, reason);
            Assert.That(card.TriesLeft, Is.EqualTo(left));
            await site.UntilLoggedAsync("A login by smart card was refused (CardFailed): " + reason);
        }

        Assert.That(card.Signatures, Is.EqualTo(1), "and for nobody else, with the right PIN neither");

        async Task LoginAsync(string pin)
        {
            await terminal.CommandAsync("smartcard");
            await terminal.HearAsync("event", "cardPin");
            await terminal.CommandAsync("pin " + pin);
        }
    }

    [Test]
    public async Task Two_cards_at_one_terminal_are_signed_for_side_by_side()
    {
        using var first = RSA.Create(2048);
        using var second = RSA.Create(2048);
        using var one = site.Kdc.Pki.IssueCard(first, PrivateKdc.Realm, "alice");
        using var other = site.Kdc.Pki.IssueCard(second, PrivateKdc.Realm, "sha2");
        await using var terminal = await LiveTerminal.ConnectAsync(site.Site, await site.Site.EnrolAsync("two"), "card", "smartcard");
        var logins = new[] { SmartCardLoginAsync(terminal, one.RawData), SmartCardLoginAsync(terminal, other.RawData) };
        var asked = new[] { await terminal.HearRequestAsync("card.sign"), await terminal.HearRequestAsync("card.sign") };
        Assert.That(asked.Select(a => a["params"]!["login"]!.GetValue<int>()), Is.Unique);
        // Answered in the other order; the second is refused by its person.
        foreach (var request in asked.Reverse())
        {
            var mine = request["params"]!["login"]!.GetValue<int>() == asked.Min(a => a["params"]!["login"]!.GetValue<int>());
            await (mine
                ? terminal.ReplyAsync(request, new JsonObject { ["signature"] = Convert.ToBase64String(first.SignData(Bytes(request, "toBeSigned"), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)) })
                : terminal.RefuseAsync(request, -32025, "cancelled"));
        }

        var replies = await Task.WhenAll(logins);
        Assert.That(replies[0]["result"]?["user"]?["name"]?.GetValue<string>(), Is.EqualTo("alice"), replies[0].ToJsonString() + site.Site.Log);
        Assert.That(Reason(replies[1]), Is.EqualTo("cancelled"), replies[1].ToJsonString());
    }

    [Test]
    public async Task Card_that_never_answers_ends_by_time_and_holds_up_no_badge()
    {
        using var key = RSA.Create(2048);
        using var card = site.Kdc.Pki.IssueCard(key, PrivateKdc.Realm, "alice");
        await using var terminal = await LiveTerminal.ConnectAsync(site.Site, await site.Site.EnrolAsync("slow"), "card", "smartcard");
        var login = SmartCardLoginAsync(terminal, card.RawData);
        await terminal.HearRequestAsync("card.sign");
        var badge = await terminal.CardAsync("04A1");
        Assert.That(badge["result"]?["user"]?["name"]?.GetValue<string>(), Is.EqualTo("anna"), badge.ToJsonString());
        Assert.That(login.IsCompleted, Is.False);
        Assert.That(Reason(await login), Is.EqualTo("noAnswer"));
    }

    [TestCase(-32021, "cardRemoved")]
    [TestCase(-32022, "wrongCardPin")]
    [TestCase(-32023, "cardPinBlocked")]
    [TestCase(-32025, "cancelled")]
    [TestCase(-32603, "refused")]
    public async Task What_the_terminal_says_of_its_card_reaches_person_and_administrator(int code, string reason)
    {
        using var key = RSA.Create(2048);
        using var card = site.Kdc.Pki.IssueCard(key, PrivateKdc.Realm, "alice");
        await using var terminal = await LiveTerminal.ConnectAsync(site.Site, await site.Site.EnrolAsync("says" + code), "smartcard");
        var login = SmartCardLoginAsync(terminal, card.RawData);
        await terminal.RefuseAsync(await terminal.HearRequestAsync("card.sign"), code, reason);
        var reply = await login;
        Assert.That(reply["error"]?["code"]?.GetValue<int>(), Is.EqualTo(SmartcardRejected), reply.ToJsonString());
        Assert.That(Reason(reply), Is.EqualTo(reason));
        await site.UntilLoggedAsync("A login by smart card was refused (CardFailed): " + reason);
    }

    [Test]
    public async Task Card_that_signs_after_the_freshness_token_has_ended_was_too_slow()
    {
        await RestartAsync("clockskew = 2");
        try
        {
            using var key = RSA.Create(2048);
            using var card = site.Kdc.Pki.IssueCard(key, PrivateKdc.Realm, "alice");
            await using var terminal = await LiveTerminal.ConnectAsync(site.Site, await site.Site.EnrolAsync("late"), "smartcard");
            var login = SmartCardLoginAsync(terminal, card.RawData);
            var request = await terminal.HearRequestAsync("card.sign");
            await Task.Delay(TimeSpan.FromSeconds(3.5));
            await terminal.ReplyAsync(request, new JsonObject { ["signature"] = Convert.ToBase64String(key.SignData(Bytes(request, "toBeSigned"), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)) });
            var reply = await login;
            Assert.That(Reason(reply), Is.EqualTo("tooSlow"), reply.ToJsonString() + site.Site.Log);
        }
        finally
        {
            await RestartAsync("");
        }
    }

    [Test]
    public async Task KDC_whose_certificate_comes_from_another_authority_is_not_believed()
    {
        var anchors = Path.Combine(site.Kdc.Directory, "ca.pem");
        using var foreign = new PkinitAuthority(PrivateKdc.Realm);
        using var key = RSA.Create(2048);
        using var card = site.Kdc.Pki.IssueCard(key, PrivateKdc.Realm, "alice");
        await using var terminal = await LiveTerminal.ConnectAsync(site.Site, await site.Site.EnrolAsync("anchors"), "smartcard");
        await File.WriteAllTextAsync(anchors, foreign.AuthorityPem);
        try
        {
            var reply = await SignedLoginAsync(terminal, card.RawData, key);
            Assert.That(reply["error"]?["code"]?.GetValue<int>(), Is.EqualTo(Unavailable), reply.ToJsonString());
            await site.UntilLoggedAsync("A login by smart card could not be checked (KdcCertificateRefused): the KDC of ACME.TEST is not believed: its certificate is not trusted");
        }
        finally
        {
            await File.WriteAllTextAsync(anchors, site.Kdc.Pki.AuthorityPem);
        }

        Assert.That((await SignedLoginAsync(terminal, card.RawData, key))["result"], Is.Not.Null, site.Site.Log);
    }

    [Test]
    public async Task Card_that_the_directory_does_not_accept_is_rejected_with_the_cause_for_the_administrator()
    {
        using var key = RSA.Create(2048);
        using var foreign = new PkinitAuthority(PrivateKdc.Realm);
        foreach (var (name, certificate, reason, text) in new[]
        {
            ("foreign authority", foreign.IssueCard(key, PrivateKdc.Realm, "alice"), "certificate", "KDC_ERR_"),
            ("another's name", site.Kdc.Pki.IssueCard(key, PrivateKdc.Realm, "nobody"), "certificate", "KDC_ERR_C_PRINCIPAL_UNKNOWN"),
            ("foreign realm", site.Kdc.Pki.IssueCard(key, "EVIL.TEST", "alice"), "certificate", "names no principal of one of Kerberos:Realms"),
            ("ended", site.Kdc.Pki.IssueCard(key, PrivateKdc.Realm, "alice", DateTimeOffset.UtcNow.AddMinutes(-1)), "certificate", "is not of this time"),
            ("no purpose", site.Kdc.Pki.Issue(key, "CN=x", PkinitAuthority.PrincipalName(PrivateKdc.Realm, 1, "alice"), "1.3.6.1.5.5.7.3.1"), "certificate", "KDC_ERR_"),
            ("not in the user table", site.Kdc.Pki.IssueCard(key, PrivateKdc.Realm, "carol"), "unknownUser", "Kerberos verified carol@ACME.TEST"),
        })
        {
            await using var terminal = await LiveTerminal.ConnectAsync(site.Site, await site.Site.EnrolAsync("bad"), "smartcard");
            var reply = await SignedLoginAsync(terminal, certificate.RawData, key);
            Assert.That(reply["error"]?["code"]?.GetValue<int>(), Is.EqualTo(SmartcardRejected), $"{name}: {reply.ToJsonString()}\n{site.Site.Log}");
            Assert.That(Reason(reply), Is.EqualTo(reason), name);
            await site.UntilLoggedAsync(text);
        }
    }

    [Test]
    public async Task Stolen_certificate_without_its_card_is_worth_nothing()
    {
        using var key = RSA.Create(2048);
        using var thief = RSA.Create(2048);
        using var card = site.Kdc.Pki.IssueCard(key, PrivateKdc.Realm, "alice");
        await using var terminal = await LiveTerminal.ConnectAsync(site.Site, await site.Site.EnrolAsync("thief"), "smartcard");
        Assert.That(Reason(await SignedLoginAsync(terminal, card.RawData, thief)), Is.EqualTo("certificate"));
        await site.UntilLoggedAsync("what the card signed does not fit its certificate");
    }

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(2)]
    public async Task Lie_on_any_message_of_a_card_login_grants_nothing(int message)
    {
        using var key = RSA.Create(2048);
        using var card = site.Kdc.Pki.IssueCard(key, PrivateKdc.Realm, "alice");
        await using var terminal = await LiveTerminal.ConnectAsync(site.Site, await site.Site.EnrolAsync("lied-" + message), "smartcard");
        byte[] earlier = [];
        site.Proxy.Tell((number, _, answer) => number == message ? earlier = answer : answer);
        Assert.That((await SignedLoginAsync(terminal, card.RawData, key))["result"], Is.Not.Null, site.Site.Log);
        foreach (var (name, lie) in new (string, Func<byte[], byte[]>)[]
        {
            ("an old answer", _ => earlier), ("cut", a => a[..^7]), ("noise", _ => [0x6B, 2, 1, 2]), ("last byte changed", a => [.. a[..^1], (byte)(a[^1] ^ 1)]),
            ("middle changed", a => [.. a[..(a.Length / 2)], (byte)(a[a.Length / 2] ^ 4), .. a[((a.Length / 2) + 1)..]]),
        })
        {
            site.Proxy.Tell((number, _, answer) => number == message ? lie(answer) : answer);
            var reply = await SignedLoginAsync(terminal, card.RawData, key);
            if (message == 0 && reply["result"] is { } hint)
            {
                // Nobody signs the first answer; a freshness token of a moment ago is still good.
                Assert.That(hint["user"]!["name"]!.GetValue<string>(), Is.EqualTo("alice"), name);
                continue;
            }

            Assert.That(reply["error"]?["code"]?.GetValue<int>(), Is.AnyOf(Unavailable, message == 0 ? SmartcardRejected : Unavailable), $"{name}: {reply.ToJsonString()}\n{site.Site.Log}");
        }
    }

    private async Task RestartAsync(string defaults)
    {
        await site.Kdc.KillAsync();
        await site.Kdc.StartAgainAsync("pkinit_require_freshness = true", defaults);
    }

    private static Task<JsonNode> SmartCardLoginAsync(LiveTerminal terminal, byte[] certificate) =>
        terminal.AskAsync("session.login", new JsonObject { ["method"] = "smartcard", ["certificate"] = Convert.ToBase64String(certificate) });

    /// <summary>A login whose signature this key makes; without card.sign (refused before) just the reply.</summary>
    private static async Task<JsonNode> SignedLoginAsync(LiveTerminal terminal, byte[] certificate, RSA key)
    {
        using var over = new CancellationTokenSource();
        var login = SmartCardLoginAsync(terminal, certificate);
        var asked = terminal.HearRequestAsync("card.sign", over.Token);
        if (await Task.WhenAny(login, asked) != asked)
        {
            await over.CancelAsync();
            Assert.That(async () => await asked, Throws.InstanceOf<OperationCanceledException>());
        }
        else
        {
            var request = await asked;
            await terminal.ReplyAsync(request, new JsonObject { ["signature"] = Convert.ToBase64String(key.SignData(Bytes(request, "toBeSigned"), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)) });
        }

        return await login;
    }

    private static byte[] Bytes(JsonNode request, string member) => Convert.FromBase64String(request["params"]![member]!.GetValue<string>());

    private static string? Reason(JsonNode reply) => reply["error"]?["data"]?["reason"]?.GetValue<string>();

    private static async Task RefusedAsync(TerminalProgram terminal, string reason)
    {
        var error = await terminal.HearAsync("event", "loginError");
        Assert.That(error["code"]!.GetValue<int>(), Is.EqualTo(SmartcardRejected), error.ToJsonString());
        Assert.That(error["data"]!.GetValue<string>(), Does.Contain(reason));
    }
}
