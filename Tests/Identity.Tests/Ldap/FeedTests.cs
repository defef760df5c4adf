using CopyTrack.Identity.Ldap;
using CopyTrack.Identity.Replication;
using CopyTrack.TestKit.Ldap;
using NUnit.Framework;
using static CopyTrack.Identity.Tests.Ldap.SlapdFixture;

namespace CopyTrack.Identity.Tests.Ldap;

/// <summary>What changed, told by a real OpenLDAP.</summary>
public sealed class FeedTests
{
    [Test]
    public async Task Sync_tells_new_changed_renamed_moved_and_deleted()
    {
        await using var slapd = await PrivateSlapd.StartAsync(string.Concat(new[] { "a", "b", "c", "d", "e" }.Select(n => PrivateSlapd.Person(n))));
        await using var connection = await OpenAsync(slapd.Url, settings: Trusting(slapd));
        var first = await ReadAsync(SyncFeed.ReadAsync(connection, People(), null, default));
        var ids = first.OfType<FeedItem.Entry>().ToDictionary(e => e.Value.Text("uid")!, e => Convert.ToHexString(e.Uuid));
        var end = (FeedItem.End)first[^1];
        Assert.That((ids.Count, end.Whole), Is.EqualTo((5, true)));

        await slapd.ChangeAsync(PrivateSlapd.Person("f"));
        await slapd.SetAsync(PrivateSlapd.Dn("a"), "mail", "a@example.org");
        await slapd.MoveAsync(PrivateSlapd.Dn("b"), "uid=b2", $"ou=people,{PrivateSlapd.Suffix}");
        await slapd.MoveAsync(PrivateSlapd.Dn("c"), "uid=c", $"ou=left,{PrivateSlapd.Suffix}");
        await slapd.DeleteAsync(PrivateSlapd.Dn("d"));
        var next = await ReadAsync(SyncFeed.ReadAsync(connection, People(), end.Position, default));
        var changed = next.OfType<FeedItem.Entry>().ToDictionary(e => e.Value.Text("uid")!, e => Convert.ToHexString(e.Uuid));
        Assert.That(changed.Keys, Is.SupersetOf(["a", "b2", "f"]));
        Assert.That(changed["b2"], Is.EqualTo(ids["b"]), "the id stays through a rename");
        var last = (FeedItem.End)next[^1];
        var gone = next.OfType<FeedItem.Deleted>().Select(d => Convert.ToHexString(d.Uuid.Span)).ToHashSet();
        var there = next.OfType<FeedItem.Present>().Select(d => Convert.ToHexString(d.Uuid.Span)).Concat(changed.Values).ToHashSet();
        foreach (var (name, isGone) in new[] { ("c", true), ("d", true), ("e", false), ("a", false), ("b", false) })
        {
            Assert.That(last.Whole ? !there.Contains(ids[name]) : gone.Contains(ids[name]), Is.EqualTo(isGone), name);
        }

        var nothing = await ReadAsync(SyncFeed.ReadAsync(connection, People(), last.Position, default));
        Assert.That(Names(nothing), Is.Empty);
        Assert.That(nothing.OfType<FeedItem.Deleted>(), Is.Empty);
        Assert.That(((FeedItem.End)nothing[^1]).Whole && !nothing.OfType<FeedItem.Present>().Any(), Is.False, "an unchanged tree is not an empty one");
    }

    [Test]
    public async Task Sync_without_a_session_log_names_who_stayed()
    {
        await using var slapd = await PrivateSlapd.StartAsync(string.Concat(Enumerable.Range(0, 30).Select(n => PrivateSlapd.Person($"n{n}"))), overlays: "overlay syncprov");
        await using var connection = await OpenAsync(slapd.Url, settings: Trusting(slapd));
        var first = await ReadAsync(SyncFeed.ReadAsync(connection, People(), null, default));
        await slapd.DeleteAsync(PrivateSlapd.Dn("n3"));
        var next = await ReadAsync(SyncFeed.ReadAsync(connection, People(), ((FeedItem.End)first[^1]).Position, default));
        Assert.That(((FeedItem.End)next[^1]).Whole, Is.True);
        Assert.That(next.OfType<FeedItem.Present>().Count() + next.OfType<FeedItem.Entry>().Count(), Is.EqualTo(29));
    }

    [Test]
    public async Task Timestamps_tell_new_and_changed_but_not_who_went()
    {
        await using var connection = await OpenAsync();
        var first = await ReadAsync(TimestampFeed.ReadAsync(connection, People("(mail=p0*)"), null, default));
        var end = (FeedItem.End)first[^1];
        Assert.That((Names(first).Count(), end.Whole), Is.EqualTo((10, true)));
        await Slapd.SetAsync(PrivateSlapd.Dn("p05"), "mail", "p05.new@example.org");
        var next = await ReadAsync(TimestampFeed.ReadAsync(connection, People("(mail=p0*)"), end.Position, default));
        Assert.That(Names(next), Does.Contain("p05"));
        Assert.That(((FeedItem.End)next[^1]).Whole, Is.False);
    }

    [Test]
    public async Task Referrals_are_reported_and_not_followed()
    {
        await Slapd.ChangeAsync($"dn: ou=far,ou=left,{PrivateSlapd.Suffix}\nchangetype: add\nobjectClass: referral\nobjectClass: extensibleObject\nou: far\nref: ldap://far.example.org/ou=far\n");
        await using var connection = await OpenAsync();
        var items = await ReadAsync(PagedListing.ReadAsync(connection, People(ou: "left"), People().Filter, default));
        Assert.That(items.OfType<FeedItem.Referral>().Select(r => r.Uri), Has.One.StartsWith("ldap://far.example.org"));
        Assert.That(items[^1], Is.TypeOf<FeedItem.End>());
    }
}
