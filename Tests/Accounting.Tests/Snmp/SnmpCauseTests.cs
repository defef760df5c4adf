using System.Collections.Immutable;
using System.Net;
using CopyTrack.Accounting.Snmp;
using CopyTrack.Accounting.Snmp.Transport;
using CopyTrack.Accounting.Snmp.Usm;
using NUnit.Framework;

namespace CopyTrack.Accounting.Tests.Snmp;

/// <summary>
/// What an administrator reads, for each cause: a real agent asked wrongly, or asked rightly through a relay that lies. Each row states the exact text.
/// </summary>
[Parallelizable(ParallelScope.Children)] // Most of them wait for an answer that does not come, each with a client and a relay of its own.
public sealed class SnmpCauseTests
{
    private const string WithheldPrivacy =
        "the device speaks SNMP version 3 but leaves the encrypted request of user 'Sha256-Aes128' unanswered; most often the privacy password or protocol (AES) is wrong";

    private const string Distorted = "so it is not believed: somebody changes datagrams on the way, or the firmware is faulty";

    private static readonly ObjectIdentifier SysName = ObjectIdentifier.Parse("1.3.6.1.2.1.1.5.0");
    private static readonly SnmpUser Signing = V3Users.Of(AuthProtocol.Sha256, PrivProtocol.None);
    private static readonly SnmpUser Hiding = V3Users.Of(AuthProtocol.Sha256, PrivProtocol.Aes128);

    private NetSnmpAgent _agent = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => _agent = await NetSnmpAgent.StartAsync(V3Users.Configuration);

    [OneTimeTearDown]
    public void Stop() => _agent.Dispose();

    private static IEnumerable<TestCaseData> WrongSettings()
    {
        yield return Row("user unknown", Target(new SnmpUser("Nobody")), SnmpCause.UnknownUser,
            "the device knows no user 'Nobody'; check the user name, in upper and lower case, and that the user is switched on");
        yield return Row("authentication password wrong", Target(new SnmpUser(Signing.Name, AuthProtocol.Sha256, "not-the-password")), SnmpCause.WrongDigest,
            "the device finds the signature of user 'Sha256-None' wrong: the authentication password or protocol (SHA256) is another one there");
        yield return Row("authentication protocol wrong", Target(new SnmpUser(Signing.Name, AuthProtocol.Sha1, V3Users.AuthPassword)), SnmpCause.WrongDigest,
            "the device finds the signature of user 'Sha256-None' wrong: the authentication password or protocol (SHA) is another one there");
        yield return Row("privacy password wrong", Target(new SnmpUser(Hiding.Name, AuthProtocol.Sha256, V3Users.AuthPassword, PrivProtocol.Aes128, "not-the-password")),
            SnmpCause.SilentAfterDiscovery, WithheldPrivacy);
        yield return Row("privacy protocol wrong", Target(new SnmpUser("Sha1-Aes256Reeder", AuthProtocol.Sha1, V3Users.AuthPassword, PrivProtocol.Aes256, V3Users.PrivPassword)),
            SnmpCause.SilentAfterDiscovery,
            "the device speaks SNMP version 3 but leaves the encrypted request of user 'Sha1-Aes256Reeder' unanswered; most often the privacy password or protocol (AES256) is wrong; some makers stretch the key in the other way: try AES256C");
        yield return Row("encryption for a user without it", Target(new SnmpUser(Signing.Name, AuthProtocol.Sha256, V3Users.AuthPassword, PrivProtocol.Aes128, V3Users.PrivPassword)),
            SnmpCause.UnsupportedLevel, "the device takes no encrypted requests from user 'Sha256-None': give the user a privacy protocol and password there, or leave both out here");
        yield return Row("authentication for a user without it", Target(new SnmpUser(V3Users.Open.Name, AuthProtocol.Sha256, V3Users.AuthPassword)), SnmpCause.UnsupportedLevel,
            "the device takes no requests with authentication alone from user 'open', or none with authentication: compare the user's security level at the device");
        yield return Row("no authentication for a user who needs it", Target(new SnmpUser(Signing.Name)), SnmpCause.AccessDenied,
            "the agent refuses access: user 'Sha256-None' may not read these objects; give it read access to the whole tree at the device");
        yield return Row("user without rights", Target(V3Users.Blind), SnmpCause.AccessDenied,
            "the agent refuses access: user 'blind' may not read these objects; give it read access to the whole tree at the device");
        yield return Row("context unknown", Target(Signing) with { Context = "Jetdirect" }, SnmpCause.SilentAfterDiscovery,
            "the device speaks SNMP version 3 but leaves the request of user 'Sha256-None' in context 'Jetdirect' unanswered; most often it has no such context: check its spelling or leave it out");
        yield return Row("community wrong", SnmpTarget.V2c(IPAddress.Loopback, 0, "wrong") with { Timeout = TimeSpan.FromMilliseconds(100), Retries = 1 }, SnmpCause.NoAnswer,
            "no answer: the device is off, SNMP is off or blocked on the way, or the community is another one (a device says nothing then); check power, network, the device's SNMP settings and the community");
        yield return Row("no user given", SnmpTarget.V2c(IPAddress.Loopback, 0, "") with { Version = SnmpVersion.V3 }, SnmpCause.NoUser, "SNMP version 3 needs a user name");
    }

    [TestCaseSource(nameof(WrongSettings))]
    public async Task Wrong_setting_is_named_by_what_the_agent_says(SnmpTarget target, SnmpCause cause, string text)
    {
        using var client = Client();
        Assert.That(Said(await client.GetAsync(target with { Port = _agent.Port }, [SysName], default)), Is.EqualTo((cause, text)));
    }

    private static IEnumerable<TestCaseData> Lies()
    {
        yield return Lie("signature changed", Signing, r => r.OnReply = Signed(d => Wire.Flip(d, d.Length - 1)), SnmpCause.ReplyDigestWrong,
            "the reply's signature is wrong, so it is not believed: somebody changes datagrams on the way, or another device answers with the same engine id");
        yield return Lie("value changed under encryption", Hiding, r => r.OnReply = Signed(d => Wire.Flip(d, d.Length - 3)), SnmpCause.ReplyDigestWrong,
            "the reply's signature is wrong, so it is not believed: somebody changes datagrams on the way, or another device answers with the same engine id");
        yield return Lie("protection taken off", Signing, r => r.OnReply = Signed(d => Wire.SetFlags(d, 0)), SnmpCause.ReplyUnprotected,
            "the reply is less protected than the request, so it is not believed: somebody answers in the device's place, or its firmware is faulty");
        yield return Lie("reply of another engine", Signing, r => r.OnReply = Signed(d => Wire.ChangeEngine(d)), SnmpCause.ReplyFromOtherEngine,
            "the reply names another engine than was asked, so it is not believed: look for two devices or a relay behind one address");
        yield return Lie("reply for another user", Signing, r => r.OnReply = Signed(d => Wire.Replace(d, "Sha256-None"u8, "Sha256-Nobe"u8)), SnmpCause.ReplyForOtherUser,
            "the reply names another user than 'Sha256-None', " + Distorted);
        yield return Lie("reply of another security model", Signing, r => r.OnReply = Signed(d => Wire.SetModel(d, 2)), SnmpCause.ReplyOtherSecurityModel,
            "the reply names another security model than was asked with, " + Distorted);
        yield return Lie("reply of version 2c", Signing, r => r.OnReply = Signed(d => Wire.Plain(SnmpVersion.V2c, Wire.IdOf(d))), SnmpCause.OtherVersion,
            "the reply is of another SNMP version than the request (2c); enter the version that the device speaks");
        yield return Lie("reply cut short", Signing, r => r.OnReply = Signed(d => d[..^4]), SnmpCause.Unreadable,
            "what comes back is no SNMP message (element cut off); check that the port is that of the device's SNMP agent, and its firmware");
        yield return Lie("reply is the request", Signing, r => r.OnRequest = d => { if (Wire.IsDiscovery(d)) { return [d]; } r.Answer(d); return []; }, SnmpCause.Unreadable,
            "what comes back is no SNMP message (it is a request); check that the port is that of the device's SNMP agent, and its firmware");
        yield return Lie("replies are rubbish", Signing, r => r.OnReply = _ => ["HTTP/1.1 400 Bad Request"u8.ToArray()], SnmpCause.Unreadable,
            "what comes back is no SNMP message (it does not begin as one); check that the port is that of the device's SNMP agent, and its firmware");
        yield return Lie("engine id told wrongly", Signing, r => r.OnReply = Unsigned(d => Wire.IsDiscovery(d) ? Wire.ChangeEngine(d) : d), SnmpCause.UnknownEngine,
            "the device rejects the engine id that it told itself; look for two devices or a relay behind one address, and restart the device's SNMP agent");
        yield return Lie("engine id too short", Signing, r => r.OnReply = d => [Wire.Report(Wire.IdOf(d), [1, 2, 3], "1.3.6.1.6.3.15.1.1.4.0")], SnmpCause.BadEngineId,
            "the device's engine id is none (3 octets); set or reset it at the device (5 to 32 octets)");
        yield return Lie("old replies are repeated", Signing, Repeats, SnmpCause.TooLate,
            "no answer in time: what comes belongs to earlier requests; the device or the network is slower than 1 s (overload, power saving), or somebody repeats old datagrams");
        yield return Lie("context unknown", Signing, Claims("1.3.6.1.6.3.12.1.5.0"), SnmpCause.UnknownContext, "the device has no default context for this user; name the context that it has");
        yield return Lie("discovery alone is answered", Hiding, r => r.OnRequest = d => Wire.IsDiscovery(d) ? [d] : [], SnmpCause.SilentAfterDiscovery, WithheldPrivacy);
        yield return Lie("nothing is answered", Hiding, r => r.OnRequest = _ => [], SnmpCause.NoDiscovery,
            "no answer to SNMP version 3: the device is off, version 3 is off or blocked on the way; check power, network and the device's SNMP settings");
        yield return Lie("always outside the time window", Signing, Claims("1.3.6.1.6.3.15.1.1.2.0"), SnmpCause.NotInTimeWindow,
            "the device finds requests outside its time window even after its clock was read; restart the device's SNMP agent, and look for a relay that delays or repeats datagrams");
        yield return Lie("can't decrypt", Hiding, Claims("1.3.6.1.6.3.15.1.1.6.0"), SnmpCause.DecryptionError,
            "the device can't decrypt the request of user 'Sha256-Aes128': the privacy password or protocol (AES) is another one there");
        yield return Lie("security model unknown", Signing, Claims("1.3.6.1.6.3.11.2.1.1.0"), SnmpCause.UnknownSecurityModel,
            "the device does not know the user-based security model; use version 2c, or update its firmware");
        yield return Lie("complaint unknown", Signing, Claims("1.3.6.1.6.3.11.2.1.3.0"), SnmpCause.OtherReport,
            "the device rejects the request with the report 1.3.6.1.6.3.11.2.1.3.0; restart the device or update its firmware if that stays");
    }

    [TestCaseSource(nameof(Lies))]
    public async Task Lie_on_the_way_is_told_and_believed_by_nobody(SnmpUser user, object lie, SnmpCause cause, string text)
    {
        using var relay = new UdpRelay(_agent.Port);
        using var client = Client();
        ((Action<UdpRelay>)lie)(relay);
        Assert.That(Said(await client.GetAsync(Target(user) with { Port = relay.Port }, [SysName], default)), Is.EqualTo((cause, text)));
    }

    [Test]
    public async Task Reply_that_was_held_back_beyond_the_window_is_not_believed()
    {
        var time = new JumpingTime();
        using var relay = new UdpRelay(_agent.Port);
        using var client = new UdpSnmpClient(time, new SnmpClientOptions { MinTimeout = TimeSpan.FromSeconds(1), MaxGetTime = TimeSpan.FromDays(1) });
        var target = Target(Signing) with { Port = relay.Port, Retries = 0 };
        Assert.That(await client.GetAsync(target, [SysName], default), Is.TypeOf<SnmpReply.Answered>());
        relay.OnReply = d =>
        {
            time.Jump(TimeSpan.FromSeconds(200));
            return [d];
        };
        Assert.That(Said(await client.GetAsync(target, [SysName], default)), Is.EqualTo((
            SnmpCause.ReplyOutsideTimeWindow,
            "the reply is older than the device's clock allows, so it is not believed: somebody repeats old datagrams, or the device's boots counter is used up; restart the device's SNMP agent")));
    }

    [Test]
    public async Task Reply_from_another_port_is_not_believed_and_the_port_is_named()
    {
        using var relay = new UdpRelay(_agent.Port) { AnswerFromElsewhere = true };
        using var client = Client();
        Assert.That(Said(await client.GetAsync(_agent.Target with { Port = relay.Port, Timeout = TimeSpan.FromMilliseconds(500), Retries = 1 }, [SysName], default)), Is.EqualTo((
            SnmpCause.AnsweredFromElsewhere,
            $"the answer comes from 127.0.0.1:{relay.OtherPort} and not from where it was asked, so it is not believed; enter that address and port, or look for address translation or an impostor on the way")));
    }

    [Test]
    public async Task Reply_of_another_plain_version_is_not_believed()
    {
        using var relay = new UdpRelay(_agent.Port) { OnReply = d => [Wire.Plain(SnmpVersion.V1, Wire.IdOf(d))] };
        using var client = Client();
        Assert.That(Said(await client.GetAsync(_agent.Target with { Port = relay.Port, Timeout = TimeSpan.FromSeconds(1), Retries = 0 }, [SysName], default)), Is.EqualTo((
            SnmpCause.OtherVersion, "the reply is of another SNMP version than the request (1); enter the version that the device speaks")));
    }

    [Test]
    public async Task Slow_agent_is_answered_late_but_believed_while_tries_are_left()
    {
        using var relay = new UdpRelay(_agent.Port);
        relay.OnReply = d =>
        {
            _ = Task.Delay(300).ContinueWith(_ => relay.Answer(d), TaskScheduler.Default);
            return [];
        };
        using var client = Client();
        var target = _agent.Target with { Port = relay.Port, Timeout = TimeSpan.FromMilliseconds(200), Retries = 5 };
        Assert.That(await client.GetAsync(target, [SysName], default), Is.TypeOf<SnmpReply.Answered>());
    }

    [Test]
    public async Task Agent_that_answers_only_after_all_tries_is_named_slow_at_the_next_look()
    {
        using var relay = new UdpRelay(_agent.Port);
        var late = new TaskCompletionSource<byte[]>();
        relay.OnReply = d =>
        {
            late.TrySetResult(d);
            return [];
        };
        using var client = Client();
        var target = _agent.Target with { Port = relay.Port, Timeout = TimeSpan.FromMilliseconds(100), Retries = 0 };
        Assert.That(Said(await client.GetAsync(target, [SysName], default)).Cause, Is.EqualTo(SnmpCause.NoAnswer));
        relay.Answer(await late.Task);
        Assert.That(Said(await client.GetAsync(target, [SysName], default)), Is.EqualTo((
            SnmpCause.TooLate,
            "no answer in time: what comes belongs to earlier requests; the device or the network is slower than 0.1 s (overload, power saving), or somebody repeats old datagrams")));
    }

    [Test]
    public async Task Address_that_can_not_be_sent_to_is_told_with_the_system_s_reason()
    {
        using var client = Client();
        var (cause, text) = Said(await client.GetAsync(SnmpTarget.V2c(IPAddress.Broadcast, 161, "public"), [SysName], default));
        Assert.That((cause, text), Is.EqualTo((SnmpCause.CannotSend, "can't send: AccessDenied; check the server's network and the device's address")));
    }

    [Test]
    public async Task Error_that_stays_is_told_by_its_name()
    {
        using var agent = new LoopbackAgent(m => [LoopbackAgent.Reply(m, m.Pdu.VarBinds, SnmpErrorStatus.GenErr)]);
        using var client = Client();
        var walk = await client.WalkAsync(agent.Target, SysName, 10, default);
        Assert.That((walk.End, walk.Reason), Is.EqualTo((WalkEnd.Refused, "the agent answers with the error GenErr; restart the device or update its firmware if that stays")));
    }

    [Test]
    public async Task Agent_that_answers_everything_slowly_is_given_up_after_a_while()
    {
        var next = 0u;
        using var agent = new LoopbackAgent(m =>
        {
            Thread.Sleep(200);
            return [LoopbackAgent.Reply(m, [new VarBind(SysName.Append(++next), new SnmpValue.Integer32(1))])];
        });
        using var client = new UdpSnmpClient(TimeProvider.System, new SnmpClientOptions { MaxWalkTime = TimeSpan.FromSeconds(2) });
        var walk = await client.WalkAsync(agent.Target, SysName, 100_000, default);
        Assert.That((walk.End, walk.Reason), Is.EqualTo((
            WalkEnd.Refused, "the agent answers, but so slowly or in so many pieces that reading it was given up; restart the device or update its firmware if that stays")));
        Assert.That(walk.Rows, Has.Length.InRange(1, 20));
    }

    [Test]
    public async Task Single_forged_datagram_does_not_shut_out_the_true_reply()
    {
        using var relay = new UdpRelay(_agent.Port) { OnReply = d => Wire.IsDiscovery(d) ? [d] : [Wire.Flip(d, d.Length - 1), Wire.SetFlags(d, 0), d[..^1], d] };
        using var client = Client();
        Assert.That(await client.GetAsync(Target(Signing) with { Port = relay.Port }, [SysName], default), Is.TypeOf<SnmpReply.Answered>());
        Assert.That(client.Dropped, Is.EqualTo(3));
    }

    [Test]
    public void No_text_holds_a_password()
    {
        var target = SnmpTarget.V3(IPAddress.Loopback, 161, Hiding) with { Community = "c0mmunity"u8.ToArray() };
        var texts = Enum.GetValues<SnmpCause>().Select(c => SnmpCauses.Describe(c, target, "detail")).Append(target.ToString()).ToImmutableArray();
        Assert.That(texts, Has.None.Contains(V3Users.AuthPassword).And.None.Contains(V3Users.PrivPassword).And.None.Contains("c0mmunity"));
        Assert.That(texts, Is.Unique);
    }

    private static void Repeats(UdpRelay relay)
    {
        byte[]? first = null;
        relay.OnReply = d => Wire.IsDiscovery(d) ? [d] : [first ??= d];
        relay.OnRequest = d =>
        {
            if (Wire.IsDiscovery(d) || first is null)
            {
                return [d];
            }

            relay.Answer(first);
            return [];
        };
        using var spoiler = Client();
        // One honest exchange gives the datagram that is repeated from then on.
        spoiler.GetAsync(Target(Signing) with { Port = relay.Port }, [SysName], default).GetAwaiter().GetResult();
    }

    private static Action<UdpRelay> Claims(string counter) => relay => relay.OnReply = d => [Wire.IsDiscovery(d) ? d : Wire.Report(Wire.IdOf(d), Wire.EngineOf(d), counter)];

    private static Func<byte[], IEnumerable<byte[]>> Signed(Func<byte[], byte[]> change) => d => [Wire.IsDiscovery(d) ? d : change(d)];

    private static Func<byte[], IEnumerable<byte[]>> Unsigned(Func<byte[], byte[]> change) => d => [change(d)];

    private static UdpSnmpClient Client() => new(TimeProvider.System, new SnmpClientOptions { MinTimeout = TimeSpan.FromSeconds(1) });

    private static SnmpTarget Target(SnmpUser user) => SnmpTarget.V3(IPAddress.Loopback, 161, user) with { Timeout = TimeSpan.FromSeconds(1), Retries = 0 };

    private static (SnmpCause Cause, string Text) Said(SnmpReply reply) => reply switch
    {
        SnmpReply.Silent silent => (silent.Cause, silent.Reason),
        SnmpReply.Refused refused => (refused.Cause, refused.Reason),
        _ => throw new AssertionException("it was answered"),
    };

    private static TestCaseData Row(string name, SnmpTarget target, SnmpCause cause, string text) => new TestCaseData(target, cause, text).SetArgDisplayNames(name);

    private static TestCaseData Lie(string name, SnmpUser user, Action<UdpRelay> lie, SnmpCause cause, string text) => new TestCaseData(user, lie, cause, text).SetArgDisplayNames(name);

    /// <summary>A clock that can leap forward.</summary>
    private sealed class JumpingTime : TimeProvider
    {
        private long _ahead;

        public void Jump(TimeSpan by) => Interlocked.Add(ref _ahead, by.Ticks * TimestampFrequency / TimeSpan.TicksPerSecond);

        public override long GetTimestamp() => base.GetTimestamp() + Interlocked.Read(ref _ahead);
    }
}
