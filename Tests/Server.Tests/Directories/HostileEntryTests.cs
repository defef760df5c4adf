using CopyTrack.Identity.Replication;
using CopyTrack.Server.Tests.Data;
using CopyTrack.TestKit.Ldap;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Directories;

/// <summary>Entries that no honest directory has, made by a proxy or by whoever may write names. Nobody is lost, and nothing of it becomes anything but text.</summary>
[TestFixture(Db.Sqlite)]
[TestFixture(Db.PostgreSql)]
internal sealed class HostileEntryTests(Db db) : ReplicationFixture(db)
{
    private PrivateSlapd _slapd = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _slapd = await PrivateSlapd.StartAsync(string.Concat(Enumerable.Range(0, 5).Select(i => PrivateSlapd.Person($"p{i}", $"employeeNumber: CARD{i:D4}"))));
        Directory = OptionsOf(_slapd, _slapd.Url);
    }

    [TearDown]
    public ValueTask StopAsync() => _slapd.DisposeAsync();

    [TestCase("syncrepl")]
    [TestCase("modifyTimestamp")]
    public async Task Two_entries_with_one_id_make_one_person_and_a_problem(string method)
    {
        await using var proxy = new LdapProxy(_slapd.Certificates.Make("CN=localhost", ["localhost"]), _slapd.TlsPort);
        var (mine, other) = (await IdsAsync("p1"), await IdsAsync("p0"));
        proxy.Act = (_, message) =>
        {
            // The second person comes with the id of the first, in text and in the control.
            return message.AsSpan().IndexOf("uid=p1,"u8) < 0 ? new ProxyAct.Pass() : new ProxyAct.Send(Replace(Replace(message, mine.Text, other.Text), mine.Octets, other.Octets));
        };
        Directory = OptionsOf(_slapd, proxy.Url) with { Changes = method };
        var (run, lines) = await RunAsync();
        Assert.That((run.Outcome, run.Added, run.Problems), Is.EqualTo(("good", 4L, 1L)), run.Message + string.Join('\n', lines));
        Assert.That(run.Details, Is.EqualTo($"entry:{other.Text}: another entry has the same id; it is left out"));
        // And again, when they are known: still nobody goes, since one of two may be anybody.
        (run, lines) = await RunAsync(full: true);
        Assert.That((run.Outcome, run.Deactivated, run.Problems), Is.EqualTo(("good", 0L, 1L)), run.Message + string.Join('\n', lines));
        proxy.Act = (_, _) => new ProxyAct.Pass();
        (run, _) = await RunAsync(full: true);
        Assert.That((run.Outcome, run.Added, run.Problems), Is.EqualTo(("good", 1L, 0L)));
    }

    [TestCase("' or '1'='1")]
    [TestCase("*)(uid=*")]
    [TestCase("x'; drop table person; --")]
    [TestCase("a\\2c,b=c+d \"e\"")]
    [TestCase("<script>alert(1)</script>")]
    public async Task Names_and_cards_that_would_be_code_elsewhere_are_texts(string name)
    {
        await _slapd.SetAsync(PrivateSlapd.Dn("p0"), "title", name);
        await _slapd.SetAsync(PrivateSlapd.Dn("p0"), "employeeNumber", name);
        await _slapd.SetAsync(PrivateSlapd.Dn("p0"), "displayName", name);
        Directory = Directory with { Map = Directory.Map with { UserName = AttributeText.Parse("title|uid") } };
        var (run, lines) = await RunAsync();
        var isUsable = !name.Contains(';', StringComparison.Ordinal);
        Assert.That((run.Outcome, run.Added), Is.EqualTo(("good", isUsable ? 5L : 4L)), string.Join('\n', lines));
        Assert.That((await FindAsync(name))?.Row.DisplayName, Is.EqualTo(isUsable ? name : null));
        if (!isUsable)
        {
            Assert.That(run.Details, Does.Contain("its user name contains ';'"));
        }

        (run, _) = await RunAsync(full: true);
        Assert.That(run.Added + run.Changed + run.Deactivated, Is.Zero);
    }

    [Test]
    public async Task Giant_attributes_are_left_out_and_a_message_beyond_the_bound_takes_nobody_away()
    {
        await _slapd.SetAsync(PrivateSlapd.Dn("p0"), "pager", [.. Enumerable.Range(0, 300).Select(i => $"90000{i:D4}")]);
        await _slapd.SetAsync(PrivateSlapd.Dn("p0"), "description", new string('d', 300_000));
        Directory = Directory with { Map = Directory.Map with { Cards = ["pager"], Department = AttributeText.Parse("description") } };
        var (run, lines) = await RunAsync();
        Assert.That((run.Outcome, run.Added), Is.EqualTo(("good", 5L)), run.Message);
        Assert.That(lines, Does.Contain("! p0: more than 64 cards").And.Contain("! p0: department is longer than 256 characters"));
        var person = await PersonAsync("p0");
        Assert.That((person.Cards.Length, person.Row.Department), Is.EqualTo((64, (string?)null)));
        Directory = Directory with { Connection = Directory.Connection with { MaxMessage = 64 * 1024 } };
        (run, _) = await RunAsync(full: true);
        Assert.That((run.Outcome, run.Deactivated), Is.EqualTo(("failed", 0L)));
        Assert.That(run.Message, Does.Contain("more than the 65536 allowed"));
        Assert.That((await PersonAsync("p4")).Row.DirectoryEnabled, Is.True);
    }

    private async Task<(string Text, byte[] Octets)> IdsAsync(string uid)
    {
        var output = await PrivateSlapd.RunAsync(null, "ldapsearch", "-x", "-LLL", "-H", _slapd.PlainUrl, "-D", PrivateSlapd.Reader, "-w", PrivateSlapd.Password, "-b", PrivateSlapd.Dn(uid), "-s", "base", "entryUUID");
        var text = output.Split('\n').Single(l => l.StartsWith("entryUUID: ", StringComparison.Ordinal))["entryUUID: ".Length..].Trim();
        return (text, Convert.FromHexString(text.Replace("-", "", StringComparison.Ordinal)));
    }

    private static byte[] Replace(byte[] message, string from, string to) => Replace(message, System.Text.Encoding.ASCII.GetBytes(from), System.Text.Encoding.ASCII.GetBytes(to));

    private static byte[] Replace(byte[] message, byte[] from, byte[] to)
    {
        var at = message.AsSpan().IndexOf(from);
        return at < 0 ? message : [.. message[..at], .. to, .. message[(at + from.Length)..]];
    }
}
