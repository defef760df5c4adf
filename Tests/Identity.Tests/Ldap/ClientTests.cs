using CopyTrack.Identity.Ldap;
using CopyTrack.Identity.Ldap.Transport;
using CopyTrack.Identity.Replication;
using CopyTrack.TestKit;
using CopyTrack.TestKit.Ldap;
using NUnit.Framework;
using static CopyTrack.Identity.Tests.Ldap.SlapdFixture;

namespace CopyTrack.Identity.Tests.Ldap;

/// <summary>The client against a real OpenLDAP.</summary>
public sealed class ClientTests
{
    [Test]
    public async Task Everything_is_listed_in_pages_over_ldaps_and_starttls()
    {
        foreach (var url in (string[])[Slapd.Url, Slapd.PlainUrl])
        {
            await using var connection = await OpenAsync(url);
            var items = await ReadAsync(PagedListing.ReadAsync(connection, People(), People().Filter, default));
            Assert.That(Names(items).Count(n => n!.StartsWith('p')), Is.EqualTo(50), url);
            Assert.That(items[^1], Is.EqualTo(new FeedItem.End(null, true)));
        }
    }

    [Test]
    public async Task Client_certificate_is_the_credential_of_sasl_external()
    {
        using var certificate = Slapd.Certificates.Make("CN=copytrack", ["copytrack"]);
        await using var connection = await OpenAsync(who: new LdapCredential.External(), settings: Trusting(Slapd) with { ClientCertificate = certificate });
        var root = await BaseEntry.ReadAsync(connection, PrivateSlapd.Suffix, ["dc"], default);
        Assert.That(root?.Text("dc"), Is.EqualTo("example"));
    }

    [Test]
    public async Task Root_tells_what_the_server_can()
    {
        await using var connection = await OpenAsync();
        var root = await RootDse.ReadAsync(connection, default);
        Assert.That(root.NamingContexts, Does.Contain(PrivateSlapd.Suffix));
        Assert.That(Feeds.Best(root), Is.EqualTo(SyncFeed.Method));
    }

    [Test]
    public async Task Search_left_early_leaves_the_connection_usable()
    {
        await using var connection = await OpenAsync();
        await foreach (var _ in connection.SearchAsync(new LdapSearch(People().BaseDn, LdapScope.Subtree, People().Filter, ["uid"]), [], default))
        {
            break;
        }

        Assert.That((await BaseEntry.ReadAsync(connection, PrivateSlapd.Dn("p07"), ["uid"], default))?.Text("uid"), Is.EqualTo("p07"));
    }

    [Test]
    public async Task Value_with_every_special_sign_finds_only_itself()
    {
        var name = "x*)(uid=*))(|(uid=*\\é,+\"<>;=#";
        await Slapd.ChangeAsync($"dn:: {Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(LdapDn.Child("cn", name, PrivateSlapd.Suffix)))}\nchangetype: add\nobjectClass: person\ncn:: {Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(name))}\nsn: x\n");
        await using var connection = await OpenAsync();
        var found = new List<LdapEntry>();
        await foreach (var message in connection.SearchAsync(new LdapSearch(PrivateSlapd.Suffix, LdapScope.Subtree, LdapFilter.Is("cn", name), ["cn"]), [], default))
        {
            if (message.Response is LdapResponse.Entry entry)
            {
                found.Add(entry.Value);
            }
        }

        Assert.That(found.Select(e => e.Text("cn")), Is.EqualTo([name]));
        Assert.That(LdapDn.Key(found[0].Dn), Is.EqualTo(LdapDn.Key(LdapDn.Child("cn", name, PrivateSlapd.Suffix))), "the server writes the name in its own way");
        Assert.That((await BaseEntry.ReadAsync(connection, LdapDn.Child("cn", name, PrivateSlapd.Suffix), ["cn"], default))?.Text("cn"), Is.EqualTo(name));
    }

    [Test]
    public async Task Next_server_takes_over_and_the_failed_one_rests()
    {
        var dead = LdapServer.Parse($"ldaps://127.0.0.1:{FreePort.Take()}")!;
        var asked = 0;
        var connector = new LdapConnector([dead, LdapServer.Parse(Slapd.Url)!], Trusting(Slapd), _ =>
        {
            asked++;
            return Task.FromResult(Reader);
        }, TimeProvider.System);
        for (var i = 0; i < 2; i++)
        {
            await using var connection = await connector.ConnectAsync(null, default);
            Assert.That(connection.Server.ToString(), Is.EqualTo(Slapd.Url));
        }

        Assert.That(asked, Is.EqualTo(2));
        var now = DateTimeOffset.UnixEpoch;
        var rest = FailoverOrder.Rest(default, now);
        Assert.That(FailoverOrder.Of([dead, connector.Servers[1]], null, s => s == dead ? rest : default, now), Is.EqualTo([connector.Servers[1], dead]));
        Assert.That(FailoverOrder.Of([dead, connector.Servers[1]], null, s => s == dead ? rest : default, now + TimeSpan.FromMinutes(1)), Is.EqualTo([dead, connector.Servers[1]]));
        Assert.That(Enumerable.Range(0, 30).Aggregate(rest, (r, _) => FailoverOrder.Rest(r, now)).Until, Is.EqualTo(now + TimeSpan.FromMinutes(10)));
    }

    [Test]
    public void Wrong_password_is_not_tried_at_the_next_server()
    {
        var connector = new LdapConnector([LdapServer.Parse(Slapd.Url)!, LdapServer.Parse(Slapd.PlainUrl)!], Trusting(Slapd),
            _ => Task.FromResult<LdapCredential>(new LdapCredential.Simple(PrivateSlapd.Reader, "wrong")), TimeProvider.System);
        Assert.That(async () => await connector.ConnectAsync(null, default), Throws.TypeOf<LdapException>().With.Message.Not.Contain(Slapd.PlainUrl));
    }

    [Test]
    public void Password_is_never_shown() => Assert.That(Reader.ToString(), Does.Not.Contain(PrivateSlapd.Password));
}
