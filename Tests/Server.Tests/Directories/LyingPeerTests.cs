using CopyTrack.Identity.Ldap;
using CopyTrack.Identity.Replication;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Tests.Data;
using CopyTrack.TestKit.Ldap;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Directories;

/// <summary>A proxy before a real OpenLDAP cuts, stalls or changes each message of a run in turn. Whatever it does: nobody goes, and the next run is right.</summary>
internal sealed class LyingPeerTests() : ReplicationFixture(Db.Sqlite)
{
    private PrivateSlapd _slapd = null!;
    private LdapProxy _proxy = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _slapd = await PrivateSlapd.StartAsync(
            string.Concat(Enumerable.Range(0, 6).Select(i => PrivateSlapd.Person($"p{i}", $"employeeNumber: CARD{i:D4}"))) + PrivateSlapd.Group("staff", PrivateSlapd.Dn("p0"), PrivateSlapd.Dn("p1")));
        _proxy = new LdapProxy(_slapd.Certificates.Make("CN=localhost", ["localhost"]), _slapd.TlsPort);
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        await _proxy.DisposeAsync();
        await _slapd.DisposeAsync();
    }

    [SetUp]
    public void Point() => Directory = OptionsOf(_slapd, _proxy.Url) with
    {
        // Only the limits of this test's own are looked at: even with all of them open nobody may go.
        Removal = new RemovalLimits { Percent = 100, Count = 1000 },
        Connection = new LdapSettings { TrustedCas = _slapd.Certificates.Trust, ConnectTimeout = TimeSpan.FromSeconds(5), ReplyTimeout = TimeSpan.FromSeconds(0.25) },
    };

    [TestCase("cut", "syncrepl")]
    [TestCase("cut", "modifyTimestamp")]
    [TestCase("half", "syncrepl")]
    [TestCase("garbage", "modifyTimestamp")]
    [TestCase("otherId", "syncrepl")]
    [TestCase("truncated", "syncrepl")]
    [TestCase("endEarly", "syncrepl")]
    [TestCase("endEarly", "modifyTimestamp")]
    [TestCase("failEarly", "modifyTimestamp")]
    public Task Each_message_in_turn(string lie, string method) => EachAsync(lie, method, 1);

    [Test]
    public Task Stalling_at_some_messages() => EachAsync("stall", "syncrepl", 5);

    private async Task EachAsync(string lie, string method, int step)
    {
        Directory = Directory with { Changes = method };
        _proxy.Act = (_, _) => new ProxyAct.Pass();
        _proxy.Count = 0;
        var (first, _) = await RunAsync(full: true);
        var messages = _proxy.Count;
        Assert.That((first.Outcome, first.Added), Is.EqualTo(("good", 6L)), first.Message);
        var before = await StateAsync();
        for (var at = 0; at < messages; at += step)
        {
            _proxy.Count = 0;
            _proxy.Act = (n, message) => n == at ? Act(lie, message) : new ProxyAct.Pass();
            var (run, _) = await RunAsync(full: true);
            Assert.That(run.Outcome, Is.EqualTo("failed").Or.EqualTo("refused").Or.EqualTo("good"), $"message {at}");
            if (run.Outcome == "good")
            {
                // A whole answer that the server could have given: it must have been told all.
                Assert.That(run.Seen, Is.EqualTo(6), $"message {at}: {lie} went unnoticed");
            }

            Assert.That(run.Deactivated, Is.Zero, $"message {at}: {run.Message}");
            Assert.That(await StateAsync(), Is.EqualTo(before), $"message {at}: {run.Message}");
        }

        _proxy.Act = (_, _) => new ProxyAct.Pass();
        var (last, lines) = await RunAsync();
        Assert.That((last.Outcome, last.Added + last.Changed + last.Deactivated), Is.EqualTo(("good", 0L)), last.Message + string.Join('\n', lines));
    }

    private static ProxyAct Act(string lie, byte[] message) => lie switch
    {
        "cut" => new ProxyAct.Cut(0),
        "half" => new ProxyAct.Cut(message.Length / 2),
        "stall" => new ProxyAct.Stall(),
        "garbage" => new ProxyAct.Send([.. message.Select((b, i) => i < 2 ? b : (byte)(b ^ 0x5A))]),
        "otherId" => new ProxyAct.Send(WithId(message)),
        "truncated" => new ProxyAct.Send([0x30, 3, 2, 1, IdOf(message)]),
        // An end that claims success where more was to come; the server's own messages behind it belong to nothing.
        "endEarly" => new ProxyAct.Send([.. End(IdOf(message), 0), .. message]),
        "failEarly" => new ProxyAct.Send(End(IdOf(message), 51)),
        _ => throw new AssertionException(lie),
    };

    private static byte[] End(byte id, byte code) => [0x30, 0x0C, 2, 1, id, 0x65, 7, 0x0A, 1, code, 4, 0, 4, 0];

    private static int IdAt(byte[] message) => message[1] < 0x80 ? 2 : 2 + (message[1] & 0x7F);

    private static byte IdOf(byte[] message) => message[IdAt(message) + 2];

    private static byte[] WithId(byte[] message)
    {
        var other = (byte[])message.Clone();
        other[IdAt(message) + 2] ^= 0x40;
        return other;
    }

    private async Task<string> StateAsync()
    {
        var people = await People.ListAsync(OrgId, "", 100, default);
        return string.Join('\n', people.Select(p => $"{p.Row.UserName} {p.Row.DirectoryEnabled} {p.Cards.Length} {string.Join(',', GroupsOf(p))}"));
    }
}
