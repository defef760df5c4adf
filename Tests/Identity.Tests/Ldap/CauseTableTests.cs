using System.Net;
using System.Net.Sockets;
using CopyTrack.Identity.Ldap;
using CopyTrack.Identity.Ldap.Transport;
using CopyTrack.Identity.Replication;
using CopyTrack.TestKit;
using CopyTrack.TestKit.Ldap;
using NUnit.Framework;
using static CopyTrack.Identity.Tests.Ldap.SlapdFixture;

namespace CopyTrack.Identity.Tests.Ldap;

/// <summary>
/// What goes wrong with a real OpenLDAP, and the exact text for the admin. No cause reaches a terminal: people at hand log in as before.
/// Accounts of Active Directory and their causes are in the tests against Samba.
/// </summary>
public sealed class CauseTableTests
{
    [Test]
    public Task Host_name_without_an_address() => Fails(
        () => OpenAsync("ldaps://no-such-host.invalid"), LdapCause.NameUnknown,
        "ldaps://no-such-host.invalid:636: the host name has no address: check the name and the DNS of this machine");

    [Test]
    public async Task Nobody_listens()
    {
        var url = $"ldaps://127.0.0.1:{FreePort.Take()}";
        await Fails(() => OpenAsync(url), LdapCause.Refused, $"{url}: nobody answers there (ConnectionRefused): check port and firewall, and that the directory runs");
    }

    [Test]
    public async Task Server_accepts_and_says_nothing()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var url = $"ldaps://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}";
        await Fails(() => OpenAsync(url, settings: Trusting(Slapd) with { ConnectTimeout = TimeSpan.FromSeconds(0.3) }), LdapCause.ConnectTimeout,
            $"{url}: no connection within 0.3 s: check address and firewall, or raise ConnectSeconds");
    }

    [Test]
    public async Task Ldaps_at_the_plain_port()
    {
        var url = $"ldaps://127.0.0.1:{Slapd.PlainPort}";
        await Fails(() => OpenAsync(url), LdapCause.TlsFailed, $"{url}: TLS fails before the directory shows a usable certificate: check that this port speaks LDAPS");
    }

    [Test]
    public async Task Starttls_at_the_ldaps_port_is_no_ldap()
    {
        var url = $"ldap://127.0.0.1:{Slapd.TlsPort}";
        var failure = (await Assert.ThrowsAsync<LdapException>(async () => await OpenAsync(url)))!;
        Assert.That(failure.Cause, Is.EqualTo(LdapCause.Protocol).Or.EqualTo(LdapCause.ConnectionLost));
    }

    [Test]
    public async Task Certificate_of_another_ca()
    {
        using var other = new TestCertificates("Other CA");
        await Fails(() => OpenAsync(settings: Settings with { TrustedCas = other.Trust }), LdapCause.CertificateUntrusted,
            $"{Slapd.Url}: no trusted CA signed the certificate of the directory: put its CA into CaFile");
        await Fails(() => OpenAsync(settings: Settings), LdapCause.CertificateUntrusted, $"{Slapd.Url}: no trusted CA signed the certificate of the directory: put its CA into CaFile");
    }

    [Test]
    public async Task Certificate_for_another_name()
    {
        await using var proxy = new LdapProxy(Slapd.Certificates.Make("CN=other", ["other.example.org"], address: false), Slapd.TlsPort);
        await Fails(() => OpenAsync(proxy.Url), LdapCause.CertificateName, $"{proxy.Url}: the certificate of the directory is for another name than '127.0.0.1': write the name that is in it");
    }

    [Test]
    public async Task Certificate_outside_its_time()
    {
        var certificate = Slapd.Certificates.Make("CN=old", ["localhost"], from: DateTimeOffset.UtcNow.AddDays(-30), to: DateTimeOffset.UtcNow.AddDays(-1));
        await using var proxy = new LdapProxy(certificate, Slapd.TlsPort);
        await Fails(() => OpenAsync(proxy.Url), LdapCause.CertificateExpired, $"{proxy.Url}: the certificate of the directory is outside its time: renew it, and check the clocks");
    }

    [Test]
    public async Task Server_without_tls()
    {
        await using var slapd = await PrivateSlapd.StartAsync(tls: false);
        await Fails(() => OpenAsync(slapd.PlainUrl), LdapCause.StartTlsRefused,
            $"{slapd.PlainUrl}: the directory does not start TLS (result 2), so nothing was sent in clear: give the server a certificate, or use ldaps://");
    }

    [Test]
    public async Task Wrong_password_and_unknown_account_look_the_same()
    {
        foreach (var dn in (string[])[PrivateSlapd.Reader, "cn=nobody,dc=example,dc=org"])
        {
            await Fails(() => OpenAsync(who: new LdapCredential.Simple(dn, "wrong")), LdapCause.BindRefused,
                $"{Slapd.Url}: the directory refuses the name or password of the reading account: check BindDn and set the password again");
        }
    }

    [Test]
    public Task Empty_password_never_becomes_an_anonymous_bind() => Fails(
        () => OpenAsync(who: new LdapCredential.Simple(PrivateSlapd.Reader, "")), LdapCause.BindRefused, $"{Slapd.Url}: the password of the reading account is empty: set it");

    [Test]
    public Task External_bind_without_a_certificate() => Fails(
        () => OpenAsync(who: new LdapCredential.External()), LdapCause.BindKind,
        $"{Slapd.Url}: the directory does not accept this kind of bind (result 7): allow simple binds over TLS, or set a client certificate");

    [Test]
    public Task Base_that_does_not_exist() => ListingFails(
        People(ou: "nowhere"), LdapCause.NoSuchBase, $"{Slapd.Url}: the base 'ou=nowhere,dc=example,dc=org' does not exist, or the reading account may not see it: correct the base or the account's rights");

    [Test]
    public Task Account_that_may_not_read() => ListingFails(
        People(), LdapCause.AccessRefused, $"{Slapd.Url}: the reading account may not read below 'ou=people,dc=example,dc=org': give it the right to",
        new LdapCredential.Simple($"cn=blind,{PrivateSlapd.Suffix}", PrivateSlapd.Password));

    [Test]
    public Task Answer_cut_off_at_a_limit() => ListingFails(
        People(), LdapCause.LimitReached, $"{Slapd.Url}: the directory cut its answer off at a limit (result 4): raise the size and time limits of the reading account, or lower PageSize",
        new LdapCredential.Simple($"cn=limited,{PrivateSlapd.Suffix}", PrivateSlapd.Password));

    [Test]
    public Task Base_of_another_server() => ListingFails(
        People() with { BaseDn = "dc=far,dc=org" }, LdapCause.ReferredElsewhere,
        $"{Slapd.Url}: the directory refers to another server for this base (ldap://elsewhere.example.org/dc=far,dc=org??sub); referrals are not followed: name that server in Servers");

    [Test]
    public async Task Server_without_the_sync_control()
    {
        await using var slapd = await PrivateSlapd.StartAsync(PrivateSlapd.Person("a"), overlays: "");
        await using var connection = await OpenAsync(slapd.Url, settings: Trusting(slapd));
        await Fails(() => ReadAsync(SyncFeed.ReadAsync(connection, People(), null, default)), LdapCause.ControlUnsupported,
            $"{slapd.Url}: the directory does not know a needed control (result 12): set Changes to another way");
    }

    [Test]
    public async Task Server_killed_in_the_middle()
    {
        await using var slapd = await PrivateSlapd.StartAsync(string.Concat(Enumerable.Range(0, 100).Select(i => PrivateSlapd.Person($"k{i}"))));
        await using var connection = await OpenAsync(slapd.Url, settings: Trusting(slapd));
        await Fails(
            async () =>
            {
                var seen = 0;
                await foreach (var _ in PagedListing.ReadAsync(connection, People(), People().Filter, default))
                {
                    if (++seen == 10)
                    {
                        await slapd.KillAsync();
                    }
                }
            },
            LdapCause.ConnectionLost, $"{slapd.Url}: the connection to the directory broke: look at the directory server and the network; the next run tries again");
    }

    [Test]
    public Task Server_stops_talking() => ThroughProxyAsync(
        new ProxyAct.Stall(), LdapCause.Timeout, url => $"{url}: the directory did not answer within 0.5 s: look at its load and the network, or raise ReplySeconds");

    [Test]
    public Task Message_that_is_no_ldap() => ThroughProxyAsync(
        new ProxyAct.Send("HTTP/1.1 200 OK\r\n"u8.ToArray()), LdapCause.Protocol,
        url => $"{url}: what answers breaks the LDAP protocol (octet 0x48 where a message must begin: this is no LDAP): check host and port, and that no proxy changes the traffic");

    [Test]
    public Task Giant_message_is_refused_by_its_header() => ThroughProxyAsync(
        new ProxyAct.Send([0x30, 0x84, 0x7F, 0xFF, 0xFF, 0xFF]), LdapCause.Protocol,
        url => $"{url}: what answers breaks the LDAP protocol (an element of 2147483647 octets, more than the 33554432 allowed): check host and port, and that no proxy changes the traffic");

    [Test]
    public Task Answer_to_a_request_that_nobody_made() => ThroughProxyAsync(
        new ProxyAct.Send([0x30, 0x0C, 2, 1, 99, 0x65, 7, 0x0A, 1, 0, 4, 0, 4, 0]), LdapCause.Protocol,
        url => $"{url}: what answers breaks the LDAP protocol (an answer with id 99 while 3 is asked): check host and port, and that no proxy changes the traffic");

    [Test]
    public Task Notice_of_disconnection() => ThroughProxyAsync(
        new ProxyAct.Send([0x30, 0x0C, 2, 1, 0, 0x78, 7, 0x0A, 1, 52, 4, 0, 4, 0]), LdapCause.Unavailable,
        url => $"{url}: the directory ends the connection (result 52): look at the directory server; the next run tries again");

    [Test]
    public Task Server_that_is_busy() => ThroughProxyAsync(
        new ProxyAct.Send([0x30, 0x0C, 2, 1, 3, 0x65, 7, 0x0A, 1, 51, 4, 0, 4, 0]), LdapCause.Unavailable,
        url => $"{url}: the directory says that it can't answer now (result 51): look at the directory server; the next run tries again");

    [Test]
    public async Task Pages_without_end()
    {
        // Every end of a page is replaced by one with a cookie for the next.
        await using var proxy = new LdapProxy(Slapd.Certificates.Make("CN=localhost", ["localhost"]), Slapd.TlsPort);
        proxy.Act = (n, message) => n == 0 ? new ProxyAct.Pass() : new ProxyAct.Send(EndOfPage(n + 2, "more"u8));
        await using var connection = await OpenAsync(proxy.Url);
        await Fails(() => ReadAsync(PagedListing.ReadAsync(connection, People("(uid=nobody)"), LdapFilter.Parse("(uid=nobody)"), default)), LdapCause.EndlessPages,
            $"{proxy.Url}: the directory sends empty pages without end: look at the directory server, and at proxies before it");
    }

    [Test]
    public async Task More_entries_than_allowed()
    {
        await using var connection = await OpenAsync();
        var scope = People() with { MaxEntries = 10 };
        await Fails(() => ReadAsync(PagedListing.ReadAsync(connection, scope, scope.Filter, default)), LdapCause.EndlessPages,
            $"{Slapd.Url}: the directory sends more than 10 entries: narrow base or filter, or raise MaxEntries");
    }

    [Test]
    public async Task Position_that_the_server_does_not_know_lists_everybody_and_takes_nobody_away()
    {
        await using var connection = await OpenAsync();
        var items = await ReadAsync(SyncFeed.ReadAsync(connection, People(), new FeedPosition(SyncFeed.Method, "rid=000,csn=garbage"u8.ToArray(), null), default));
        Assert.That((Names(items).Count(), items.OfType<FeedItem.Deleted>().Count()), Is.EqualTo((50, 0)));
        Assert.That(((FeedItem.End)items[^1]).Position, Is.Not.Null);
    }

    [Test]
    public Task Page_that_ends_without_saying_whether_more_follows() => ThroughProxyAsync(
        new ProxyAct.Send([0x30, 0x0C, 2, 1, 3, 0x65, 7, 0x0A, 1, 0, 4, 0, 4, 0]), LdapCause.Protocol,
        url => $"{url}: the directory ended a page without saying whether more follows, so the listing may be incomplete: look at the directory server, and at proxies before it");

    [Test]
    public Task Result_without_a_cause_of_its_own() => ThroughProxyAsync(
        new ProxyAct.Send([0x30, 0x0C, 2, 1, 3, 0x65, 7, 0x0A, 1, 1, 4, 0, 4, 0]), LdapCause.Other,
        url => $"{url}: the directory answers with result 1: look it up in the log of the directory server");

    /// <summary>What Active Directory says at a bind; Samba itself says all of it but an expired password, in its own tests.</summary>
    [TestCase("52e", LdapCause.BindRefused, "the directory refuses the name or password of the reading account: check BindDn and set the password again")]
    [TestCase("532", LdapCause.BindAccount, "the reading account has a password that expired: set a new one in the directory and here")]
    [TestCase("533", LdapCause.BindAccount, "the reading account is disabled: enable it in the directory")]
    [TestCase("701", LdapCause.BindAccount, "the reading account has expired: prolong it in the directory")]
    [TestCase("773", LdapCause.BindAccount, "the reading account must change its password at the next logon: clear that in the directory")]
    [TestCase("775", LdapCause.BindAccount, "the reading account is locked: unlock it in the directory, and see who else uses its old password")]
    public async Task Bind_that_active_directory_refuses(string data, LdapCause cause, string text)
    {
        var said = System.Text.Encoding.ASCII.GetBytes($"80090308: LdapErr: DSID-0C09041C, comment: AcceptSecurityContext error, data {data}, v4563");
        byte[] bind = [0x0A, 1, 49, 4, 0, 4, (byte)said.Length, .. said];
        byte[] message = [2, 1, 2, 0x61, (byte)bind.Length, .. bind];
        await using var proxy = new LdapProxy(Slapd.Certificates.Make("CN=localhost", ["localhost"]), Slapd.TlsPort) { Act = (_, _) => new ProxyAct.Send([0x30, (byte)message.Length, .. message]) };
        await Fails(() => OpenAsync(proxy.Url), cause, $"{proxy.Url}: {text}");
    }

    [Test]
    public void Each_row_of_the_handbook_is_a_test_here_or_in_the_tests_of_replication()
    {
        (string Row, string Test)[] rows =
        [
            ("host name unknown", nameof(Host_name_without_an_address)), ("nobody listens", nameof(Nobody_listens)), ("no connection in time", nameof(Server_accepts_and_says_nothing)),
            ("port does not speak TLS", nameof(Ldaps_at_the_plain_port)), ("unknown CA", nameof(Certificate_of_another_ca)), ("other name", nameof(Certificate_for_another_name)),
            ("outside its time", nameof(Certificate_outside_its_time)), ("no StartTLS", nameof(Server_without_tls)), ("wrong name or password", nameof(Wrong_password_and_unknown_account_look_the_same)),
            ("empty password", nameof(Empty_password_never_becomes_an_anonymous_bind)), ("account disabled", nameof(Bind_that_active_directory_refuses)), ("account expired", nameof(Bind_that_active_directory_refuses)),
            ("account locked", nameof(Bind_that_active_directory_refuses)), ("password expired", nameof(Bind_that_active_directory_refuses)), ("password must change", nameof(Bind_that_active_directory_refuses)),
            ("kind of bind", nameof(External_bind_without_a_certificate)), ("base", nameof(Base_that_does_not_exist)), ("rights", nameof(Account_that_may_not_read)), ("limit", nameof(Answer_cut_off_at_a_limit)),
            ("another server's tree", nameof(Base_of_another_server)), ("control", nameof(Server_without_the_sync_control)), ("busy, shutting down", nameof(Server_that_is_busy)),
            ("ends the connection", nameof(Notice_of_disconnection)), ("another result", nameof(Result_without_a_cause_of_its_own)), ("killed, cut", nameof(Server_killed_in_the_middle)),
            ("silent", nameof(Server_stops_talking)), ("no LDAP, lies", nameof(Message_that_is_no_ldap)), ("pages without end", nameof(Pages_without_end)),
            ("page without a cookie", nameof(Page_that_ends_without_saying_whether_more_follows)), ("too many entries", nameof(More_entries_than_allowed)),
            ("too many gone", "ReplicationTests.Too_many_gone_removes_nobody_until_it_is_allowed"), ("nobody there", "ReplicationTests.Empty_answer_removes_nobody_whatever_is_allowed"),
        ];
        Assert.That(Handbook.Causes.Select(c => c.Cause), Is.EqualTo(rows.Select(r => r.Row)));
    }

    private static byte[] EndOfPage(int id, ReadOnlySpan<byte> cookie)
    {
        byte[] value = [0x30, (byte)(5 + cookie.Length), 2, 1, 0, 4, (byte)cookie.Length, .. cookie];
        byte[] oid = System.Text.Encoding.ASCII.GetBytes(PagedResults.Oid);
        byte[] control = [0x30, (byte)(4 + oid.Length + value.Length), 4, (byte)oid.Length, .. oid, 4, (byte)value.Length, .. value];
        byte[] idOctets = id < 128 ? [2, 1, (byte)id] : [2, 2, (byte)(id >> 8), (byte)id];
        byte[] body = [.. idOctets, 0x65, 7, 0x0A, 1, 0, 4, 0, 4, 0, 0xA0, (byte)control.Length, .. control];
        return [0x30, (byte)body.Length, .. body];
    }

    /// <summary>The bind is answered as it is, the first message of the listing otherwise.</summary>
    private static async Task ThroughProxyAsync(ProxyAct act, LdapCause cause, Func<string, string> text)
    {
        await using var proxy = new LdapProxy(Slapd.Certificates.Make("CN=localhost", ["localhost"]), Slapd.TlsPort);
        proxy.Act = (n, _) => n == 0 ? new ProxyAct.Pass() : act;
        await using var connection = await OpenAsync(proxy.Url, settings: Trusting(Slapd) with { ReplyTimeout = TimeSpan.FromSeconds(0.5) });
        await Fails(() => ReadAsync(PagedListing.ReadAsync(connection, People(), People().Filter, default)), cause, text(proxy.Url));
    }

    private static Task ListingFails(FeedScope scope, LdapCause cause, string text, LdapCredential? who = null) => Fails(
        async () =>
        {
            await using var connection = await OpenAsync(who: who);
            await ReadAsync(PagedListing.ReadAsync(connection, scope, scope.Filter, default));
        },
        cause, text);

    private static async Task Fails(Func<Task> what, LdapCause cause, string text)
    {
        var failure = (await Assert.ThrowsAsync<LdapException>(async () => await what()))!;
        Assert.Multiple(() =>
        {
            Assert.That(failure.Message, Is.EqualTo(text));
            Assert.That(failure.Cause, Is.EqualTo(cause));
            Assert.That(failure.Message, Does.Not.Contain(PrivateSlapd.Password));
            Assert.That(Handbook.Causes.Any(c => c.Text.IsMatch(text[(text.IndexOf(": ", StringComparison.Ordinal) + 2)..])), Is.True, $"docs/directories.md does not tell of: {text}");
        });
    }
}
