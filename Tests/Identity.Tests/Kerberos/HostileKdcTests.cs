using System.Diagnostics;
using CopyTrack.Identity.Kerberos;
using CopyTrack.Identity.Kerberos.Crypto;
using CopyTrack.Identity.Kerberos.Exchange;
using CopyTrack.Identity.Kerberos.Messages;
using CopyTrack.Identity.Kerberos.Transport;
using CopyTrack.TestKit.Kerberos;
using NUnit.Framework;

namespace CopyTrack.Identity.Tests.Kerberos;

/// <summary>A KDC that lies, with the right keys or without: nobody is let in, and each lie has its cause.</summary>
public sealed class HostileKdcTests
{
    private static IEnumerable<TestCaseData> Lies()
    {
        static TestCaseData Lie(string name, FakeKdc kdc, KerberosCause cause, string text) => new TestCaseData(kdc, cause, text).SetArgDisplayNames(name);
        yield return Lie("wrong nonce", new FakeKdc { NonceShift = 1 }, KerberosCause.BadReply, "nonce");
        yield return Lie("wrong nonce for the service", new FakeKdc { TgsNonceShift = 1 }, KerberosCause.BadReply, "another request");
        yield return Lie("wrong client realm", new FakeKdc { ClientRealm = "EVIL.TEST" }, KerberosCause.BadReply, "another realm");
        yield return Lie("wrong server realm", new FakeKdc { ServerRealm = "EVIL.TEST" }, KerberosCause.BadReply, "another realm");
        yield return Lie("ticket for somebody else", new FakeKdc { TicketClient = new PrincipalName(1, ["boss"]) }, KerberosCause.BadReply, "is for boss@ACME.TEST, not for alice@ACME.TEST");
        yield return Lie("RC4 in the hint", new FakeKdc { Info = (23, "SALT", null) }, KerberosCause.WeakEncryption, "offers encryption types 23");
        yield return Lie("DES in the hint", new FakeKdc { Info = (3, "SALT", null) }, KerberosCause.WeakEncryption, "offers encryption types 3");
        yield return Lie("RC4 in the answer", new FakeKdc { ReplyEtype = 23 }, KerberosCause.WeakEncryption, "answered in encryption type 23");
        yield return Lie("another type than in the hint", new FakeKdc { ReplyEtype = 17 }, KerberosCause.BadReply, "another encryption type");
        yield return Lie("RC4 in our service's ticket", new FakeKdc { ServiceEtype = 23 }, KerberosCause.WeakEncryption, "has encryption type 23");
        yield return Lie("key of another type in our service's ticket", new FakeKdc { ServiceEtype = 17 }, KerberosCause.KdcNotProven, "needs key version 3 of type 17");
        yield return Lie("one iteration", new FakeKdc { Info = (18, "SALT", [0, 0, 0, 1]) }, KerberosCause.WeakEncryption, "asks for 1 iterations");
        yield return Lie("four thousand million iterations", new FakeKdc { Info = (18, "SALT", [255, 255, 255, 255]) }, KerberosCause.WeakEncryption, "asks for 4294967295 iterations");
        yield return Lie("2^32 iterations", new FakeKdc { Info = (18, "SALT", [0, 0, 0, 0]) }, KerberosCause.WeakEncryption, "asks for 0 iterations");
        yield return Lie("another salt", new FakeKdc { Info = (18, "PEPPER", null) }, KerberosCause.BadReply, "somebody pretends to be the KDC");
        yield return Lie("another key for our service", new FakeKdc { ServiceKey = new EncryptionKey(EncryptionProfile.Find(18)!, new byte[32]) }, KerberosCause.KdcNotProven, "this KDC of ACME.TEST is not ours");
        yield return Lie("of tomorrow", new FakeKdc { TimeShift = TimeSpan.FromDays(1) }, KerberosCause.ClockSkew, "not of this time");
        yield return Lie("of yesterday", new FakeKdc { TimeShift = TimeSpan.FromDays(-1) }, KerberosCause.ClockSkew, "not of this time");
        yield return Lie("not valid yet", new FakeKdc { TicketFlags = TicketPart.Invalid }, KerberosCause.BadReply, "not valid yet");
        yield return Lie("another service", new FakeKdc { Leads = new PrincipalName(2, ["HTTP", "evil"]) }, KerberosCause.BadReply, "gave a ticket of HTTP/evil");
        yield return Lie("lead astray on the way", new FakeKdc { Leads = PrincipalName.TicketGranting("EVIL.TEST") }, KerberosCause.RealmRefused, "leads to realm EVIL.TEST");
        yield return Lie("referral to a foreign realm", new FakeKdc { FirstError = (68, "EVIL.TEST") }, KerberosCause.RealmRefused, "leads to realm EVIL.TEST");
        yield return Lie("referral to itself", new FakeKdc { FirstError = (68, FakeKdc.Realm) }, KerberosCause.RealmRefused, "in a circle");
        yield return Lie("referral to nowhere", new FakeKdc { FirstError = (68, null) }, KerberosCause.RealmRefused, "(none)");
        yield return Lie("works now no more", new FakeKdc { FirstError = (29, null) }, KerberosCause.Unavailable, "KDC_ERR_SVC_UNAVAILABLE");
        yield return Lie("an error of its own", new FakeKdc { FirstError = (4711, null) }, KerberosCause.KdcRefused, "error 4711");
    }

    [Test]
    public async Task Honest_answers_of_the_same_KDC_are_accepted()
    {
        var kdc = new FakeKdc();
        var outcome = await LoginAsync(kdc, "alice", FakeKdc.Password);
        Assert.That(outcome, Is.InstanceOf<KerberosOutcome.Verified>(), outcome.ToString());
    }

    [TestCaseSource(nameof(Lies))]
    public async Task Lie_is_found_out(object kdc, KerberosCause cause, string text)
    {
        var watch = Stopwatch.StartNew();
        var outcome = await LoginAsync((FakeKdc)kdc, "alice", FakeKdc.Password);
        Assert.That(outcome, Is.InstanceOf<KerberosOutcome.Failed>(), outcome.ToString());
        var failed = (KerberosOutcome.Failed)outcome;
        Assert.That(failed.Cause, Is.EqualTo(cause), failed.Detail);
        Assert.That(failed.Detail, Does.Contain(text).And.Not.Contain(FakeKdc.Password));
        Assert.That(watch.Elapsed, Is.LessThan(TimeSpan.FromSeconds(20)));
    }

    [Test]
    public async Task Canonical_name_of_the_KDC_is_the_one_that_counts()
    {
        var alias = new PrincipalName(PrincipalName.Principal, ["Alice.Smith"]);
        var outcome = await LoginAsync(new FakeKdc { Client = alias, TicketClient = alias }, "asmith@company.example", FakeKdc.Password);
        Assert.That((outcome as KerberosOutcome.Verified)?.Client.ToString(), Is.EqualTo("Alice.Smith@ACME.TEST"), outcome.ToString());
    }

    [Test]
    public void Name_with_separators_inside_looks_like_no_other()
    {
        var forged = new Principal(new PrincipalName(1, ["alice@ACME.TEST"]), "EVIL.TEST");
        var service = new Principal(new PrincipalName(1, ["a/b"]), "R");
        Assert.That(forged.ToString(), Is.EqualTo(@"alice\@ACME.TEST@EVIL.TEST"));
        Assert.That(service.ToString(), Is.Not.EqualTo(new Principal(new PrincipalName(1, ["a", "b"]), "R").ToString()));
    }

    [TestCase("alice", "alice@ACME.TEST")]
    [TestCase(" alice@acme.TEST ", "alice@ACME.TEST")]
    [TestCase("alice@other.test", @"alice\@other.test@ACME.TEST")]
    [TestCase("", "-@ACME.TEST")]
    [TestCase("@acme.test", "-@ACME.TEST")]
    [TestCase("alice@", "-@ACME.TEST")]
    [TestCase("a/b", "-@ACME.TEST")]
    [TestCase("ACME\\alice", "-@ACME.TEST")]
    [TestCase("a\0b", "-@ACME.TEST")]
    [TestCase("(uid=*)", "(uid=*)@ACME.TEST")]
    public void Ways_to_type_a_name_count_as_one_name(string typed, string requested) => Assert.That(KerberosNames.Requested(typed, new FakeKdc().Rules), Is.EqualTo(requested));

    [TestCase("alice", 2)]
    [TestCase("nobody", 2)]
    [TestCase("a/b", 2)]
    public async Task Unknown_name_costs_the_KDC_and_us_what_a_known_one_costs(string name, int requests)
    {
        var kdc = await KdcFixture.KdcAsync();
        await using var proxy = new KdcProxy(kdc.Port);
        var outcome = await KdcFixture.Client(TimeSpan.FromSeconds(5), proxy.Port).PasswordAsync(KdcFixture.Rules(kdc), name, "wrong", CancellationToken.None);
        Assert.That((outcome as KerberosOutcome.Failed)?.Cause, Is.EqualTo(KerberosCause.WrongCredentials), outcome.ToString());
        Assert.That(proxy.Answers, Is.EqualTo(requests));
    }

    [Test]
    public async Task Every_changed_byte_of_every_answer_of_a_real_KDC_grants_nothing_to_a_wrong_password_and_throws_nothing()
    {
        var kdc = await KdcFixture.KdcAsync();
        var rules = KdcFixture.Rules(kdc);
        for (var message = 0; message < 3; message++)
        {
            for (var place = 0; place < 120; place++)
            {
                using var exchange = new PasswordExchange(rules, "alice", "Correct horse 1"u8.ToArray());
                var step = exchange.Start(DateTimeOffset.UtcNow);
                for (var number = 0; step is KerberosStep.Send send; number++)
                {
                    var answer = await new KdcChannel(new Loopback(kdc.Port), TimeSpan.FromSeconds(5), TimeProvider.System).AskAsync(send.Realm, send.Message, send.Stream, CancellationToken.None);
                    if (number == message)
                    {
                        answer[place * (answer.Length - 1) / 119] ^= (byte)(1 << (place % 8));
                    }

                    step = exchange.Received(answer, DateTimeOffset.UtcNow);
                }

                // The first answer is a hint that nobody signs: what changes nothing in the exchange may pass. The others are sealed but for what names the client, which the ticket settles.
                if (((KerberosStep.Done)step).Outcome is KerberosOutcome.Verified verified)
                {
                    Assert.That(verified.Client.ToString(), Is.EqualTo("alice@ACME.TEST"), $"message {message}, place {place}");
                }
            }
        }
    }

    [Test]
    public async Task Clock_that_is_ten_minutes_off_is_told_with_the_difference()
    {
        var kdc = await KdcFixture.KdcAsync();
        var channel = new KdcChannel(new Loopback(kdc.Port), TimeSpan.FromSeconds(5), TimeProvider.System);
        var outcome = await new KerberosClient(channel, new Shifted(TimeSpan.FromMinutes(-10))).PasswordAsync(KdcFixture.Rules(kdc), "alice", PrivateKdc.Password, CancellationToken.None);
        var failed = (KerberosOutcome.Failed)outcome;
        Assert.That(failed.Cause, Is.EqualTo(KerberosCause.ClockSkew), failed.Detail);
        Assert.That(failed.Detail, Does.Match("the KDC's clock is (599|600|601) s ahead of this server's: set both by NTP"));
    }

    [Test]
    public async Task Keytab_of_another_service_under_our_name_proves_nothing()
    {
        var kdc = await KdcFixture.KdcAsync();
        var stranger = Keytab.Read(await File.ReadAllBytesAsync(Path.Combine(kdc.Directory, "stranger.keytab")));
        var rules = KdcFixture.Rules(kdc);
        // Our name and version, the other's key: what an impostor of a KDC would have.
        var key = stranger.Entries.First(e => e.Key.Profile.Etype == 18).Key;
        var outcome = await KdcFixture.Client(TimeSpan.FromSeconds(5), kdc.Port).PasswordAsync(
            rules with { Keytab = Keytab.Read(FakeKdc.KeytabFile(rules.Service, 2, key)) }, "alice", PrivateKdc.Password, CancellationToken.None);
        Assert.That((outcome as KerberosOutcome.Failed)?.Cause, Is.EqualTo(KerberosCause.KdcNotProven), outcome.ToString());
        Assert.That(outcome.ToString(), Does.Contain("does not open with our keytab"));
    }

    [Test]
    public async Task Service_that_the_KDC_does_not_know_is_told()
    {
        var kdc = await KdcFixture.KdcAsync();
        var rules = KdcFixture.Rules(kdc) with { Service = new Principal(new PrincipalName(2, ["HTTP", "unknown"]), PrivateKdc.Realm) };
        var outcome = await KdcFixture.Client(TimeSpan.FromSeconds(5), kdc.Port).PasswordAsync(rules, "alice", PrivateKdc.Password, CancellationToken.None);
        Assert.That((outcome as KerberosOutcome.Failed)?.Cause, Is.EqualTo(KerberosCause.KdcRefused), outcome.ToString());
        Assert.That(outcome.ToString(), Does.Contain("KDC_ERR_S_PRINCIPAL_UNKNOWN").And.Contain("HTTP/unknown@ACME.TEST"));
    }

    [Test]
    public async Task Second_server_answers_when_the_first_is_dead()
    {
        var kdc = await KdcFixture.KdcAsync();
        var outcome = await KdcFixture.Client(TimeSpan.FromSeconds(8), 1, kdc.Port).PasswordAsync(KdcFixture.Rules(kdc), "alice", PrivateKdc.Password, CancellationToken.None);
        Assert.That(outcome, Is.InstanceOf<KerberosOutcome.Verified>(), outcome.ToString());
    }

    private static Task<KerberosOutcome> LoginAsync(FakeKdc kdc, string name, string password) =>
        new KerberosClient(kdc, TimeProvider.System).PasswordAsync(kdc.Rules, name, password, CancellationToken.None);

    private sealed class Loopback(int port) : IKdcLocator
    {
        public Task<IReadOnlyList<KdcEndpoint>> FindAsync(string realm, CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyList<KdcEndpoint>>([new KdcEndpoint("127.0.0.1", port)]);
    }

    private sealed class Shifted(TimeSpan by) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + by;
    }
}
