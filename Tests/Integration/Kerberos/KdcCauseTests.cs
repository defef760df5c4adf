using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using CopyTrack.Integration.Live;
using CopyTrack.TestKit.Kerberos;
using NUnit.Framework;

namespace CopyTrack.Integration.Kerberos;

/// <summary>
/// The rows of docs/kerberos.md that lie with the KDC, on the wire: from a terminal's password login to a real server and a real MIT KDC that is set up wrongly, or
/// whose answers somebody in between forges; the exact code for the terminal and the text for administrators.
/// </summary>
[NonParallelizable] // One KDC and one proxy whose lie is set for a row at a time.
public sealed class KdcCauseTests
{
    private const int Unavailable = -32010;

    private KerberosSite site = null!;
    private LiveTerminal terminal = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        site = await SharedKerberos.SiteAsync();
        terminal = await LiveTerminal.ConnectAsync(site.Site, await site.Site.EnrolAsync("kdc causes"), "card", "password");
    }

    [OneTimeTearDown]
    public Task EndAsync() => terminal.DisposeAsync().AsTask();

    [SetUp]
    public void TellTheTruth() => site.Proxy.Tell((_, _, answer) => answer);

    private static IEnumerable<TestCaseData> Forged()
    {
        static TestCaseData Row(string name, int message, byte[] answer, string text) => new TestCaseData(message, answer, text).SetArgDisplayNames(name);
        yield return Row("cannot work", 0, ForgedError.Of(29), "(Unavailable): the KDC of ACME.TEST answered KDC_ERR_SVC_UNAVAILABLE; the KDC can't work now, see its log");
        yield return Row("cannot work at the service", 2, ForgedError.Of(29), "(Unavailable): the KDC of ACME.TEST answered KDC_ERR_SVC_UNAVAILABLE");
        yield return Row("foreign realm", 0, ForgedError.Of(68, "EVIL.TEST"), "(RealmRefused): the KDC of ACME.TEST leads to realm EVIL.TEST, which is not among Kerberos:Realms, or in a circle");
        yield return Row("no realm", 0, ForgedError.Of(68), "(RealmRefused): the KDC of ACME.TEST leads to realm (none)");
        yield return Row("circle", 0, ForgedError.Of(68, "ACME.TEST"), "(RealmRefused): the KDC of ACME.TEST leads to realm ACME.TEST, which is not among Kerberos:Realms, or in a circle");
        yield return Row("huge iterations", 0, ForgedError.Preauthentication(18, [0xFF, 0xFF, 0xFF, 0xFF], 2),
            "(WeakEncryption): the KDC of ACME.TEST asks for 4294967295 iterations of string-to-key; 4096 to 262144 are accepted: somebody may pretend to be the KDC");
        yield return Row("zero iterations mean 2 to the 32", 0, ForgedError.Preauthentication(18, [0, 0, 0, 0], 2), "iterations of string-to-key; 4096 to 262144 are accepted");
        yield return Row("one iteration", 0, ForgedError.Preauthentication(18, [0, 0, 0, 1], 2), "(WeakEncryption): the KDC of ACME.TEST asks for 1 iterations of string-to-key");
        yield return Row("down to RC4", 0, ForgedError.Preauthentication(23, null, 2), "(WeakEncryption): the KDC of ACME.TEST offers encryption types 23 for this account; only AES (17 to 20) is accepted");
        yield return Row("down to DES", 0, ForgedError.Preauthentication(3, null, 2), "(WeakEncryption): the KDC of ACME.TEST offers encryption types 3 for this account; only AES (17 to 20) is accepted");
        yield return Row("no type in common", 0, ForgedError.Of(14), "(WeakEncryption): the KDC of ACME.TEST answered KDC_ERR_ETYPE_NOSUPP; the account or the service has no AES key");
        yield return Row("FAST only", 0, ForgedError.Preauthentication(18, null, 136, 138), "(KdcRefused): the KDC of ACME.TEST takes FAST only and no encrypted timestamp");
    }

    [TestCaseSource(nameof(Forged))]
    public Task Forged_answer_has_its_code_and_its_text(int message, byte[] answer, string text)
    {
        site.Proxy.Tell((number, _, truth) => number == message ? answer : truth);
        return RefusedAsync(text);
    }

    /// <summary>What Active Directory puts beside "revoked" (MS-KILE 2.2.1): the person hears one answer, the administrator which it is.</summary>
    [TestCase(0xC0000072u, "the account is disabled in the directory")]
    [TestCase(0xC0000193u, "the account's end has passed in the directory")]
    [TestCase(0xC0000234u, "the account is locked out in the directory after wrong passwords")]
    [TestCase(0xC000006Fu, "the account may not log in at this hour")]
    [TestCase(0xC0000070u, "the account may not log in from here")]
    [TestCase(0xC0000413u, "the directory says status 0xC0000413")]
    public async Task Status_of_Active_Directory_is_told_apart_to_the_administrator(uint status, string text)
    {
        site.Proxy.Tell((number, _, truth) => number == 0 ? ForgedError.Revoked(status) : truth);
        var before = site.Site.Log.Length;
        var reply = await KerberosSite.LoginAsync(terminal, "alice", PrivateKdc.Password);
        Assert.That(reply["error"]?["code"]?.GetValue<int>(), Is.EqualTo(-32005), reply.ToJsonString());
        KerberosHandbook.Tells(-32005, await site.UntilLoggedAsync("(AccountLocked): the KDC of ACME.TEST answered KDC_ERR_CLIENT_REVOKED; " + text, before));
    }

    [TestCase(1, "(BadReply): the KDC of ACME.TEST answered another request (nonce): an old answer was sent again")]
    [TestCase(2, "(BadReply): the answer of the KDC of ACME.TEST for our service does not open with the session key")]
    public async Task Old_answer_sent_again_has_its_text(int message, string text)
    {
        byte[]? earlier = null;
        site.Proxy.Tell((number, _, answer) => number == message ? earlier = answer : answer);
        await GrantedAsync();
        site.Proxy.Tell((number, _, answer) => number == message ? earlier : answer);
        await RefusedAsync(text);
    }

    // A KDC tells whole seconds, and on a busy machine its answer is some seconds old when it is read.
    [TestCase(600, @"(59\d|60\d) s ahead of")]
    [TestCase(-600, @"(59\d|60\d) s behind")]
    public async Task Clock_of_the_KDC_that_is_off_is_told_with_the_difference(int seconds, string difference)
    {
        await RestartAsync("", "", seconds);
        try
        {
            await RefusedAsync("(ClockSkew): the KDC of ACME.TEST answered KRB_AP_ERR_SKEW");
            Assert.That(site.Site.Log, Does.Match($"the KDC's clock is {difference} this server's: set both by NTP"));
        }
        finally
        {
            await RestartAsync("", "", 0);
        }
    }

    [Test]
    public async Task KDC_that_takes_SPAKE_and_FAST_only_is_told_with_what_to_change()
    {
        await RestartAsync("", "spake_preauth_groups = edwards25519\n[plugins]\n    kdcpreauth = {\n        disable = encrypted_timestamp\n    }", 0);
        try
        {
            await RefusedAsync("(KdcRefused): the KDC of ACME.TEST takes FAST and SPAKE only and no encrypted timestamp, the one proof of a password that is spoken here: allow it");
        }
        finally
        {
            await RestartAsync("", "", 0);
        }
    }

    [Test]
    public async Task Service_that_the_KDC_does_not_know_and_a_keytab_of_another_key_are_told()
    {
        var good = await File.ReadAllBytesAsync(site.Kdc.Keytab);
        await site.Kdc.AdministerAsync($"renprinc -force {PrivateKdc.Service} HTTP/elsewhere.acme.test");
        try
        {
            await RefusedAsync("(KdcRefused): the KDC of ACME.TEST answered KDC_ERR_S_PRINCIPAL_UNKNOWN");
            Assert.That(site.Site.Log, Does.Contain("to the request for a ticket of HTTP/copytrack.acme.test@ACME.TEST"));
        }
        finally
        {
            await site.Kdc.AdministerAsync($"renprinc -force HTTP/elsewhere.acme.test {PrivateKdc.Service}");
        }

        // Our name and version, another key: what an impostor of a KDC has.
        var version = Regex.Match(await site.Kdc.AdministerAsync($"getprinc {PrivateKdc.Service}"), "Key: vno ([0-9]+)").Groups[1].Value;
        File.Delete(site.Kdc.Keytab);
        await site.Kdc.ToolAsync(
            $"addent -password -p {PrivateKdc.Service}@{PrivateKdc.Realm} -k {version} -e aes256-cts-hmac-sha1-96\nguessed\nwkt {site.Kdc.Keytab}\nquit\n", "ktutil");
        try
        {
            await RefusedAsync("(KdcNotProven): ");
            Assert.That(site.Site.Log, Does.Contain("does not open with our keytab"));
        }
        finally
        {
            await File.WriteAllBytesAsync(site.Kdc.Keytab, good);
        }

        await GrantedAsync();
    }

    private async Task RestartAsync(string realmLines, string defaults, int clockAhead)
    {
        await site.Kdc.KillAsync();
        await site.Kdc.StartAgainAsync(realmLines, defaults, clockAhead);
    }

    private async Task RefusedAsync(string text)
    {
        var before = site.Site.Log.Length;
        var reply = await KerberosSite.LoginAsync(terminal, "alice", PrivateKdc.Password);
        Assert.That(reply["error"]?["code"]?.GetValue<int>(), Is.EqualTo(Unavailable), reply.ToJsonString() + site.Site.Log);
        KerberosHandbook.Tells(Unavailable, await site.UntilLoggedAsync(text, before));
        Assert.That(site.Site.Log, Does.Not.Contain(PrivateKdc.Password));
    }

    private async Task GrantedAsync()
    {
        var reply = await KerberosSite.LoginAsync(terminal, "alice", PrivateKdc.Password);
        Assert.That(reply["result"]?["session"], Is.Not.Null, reply.ToJsonString() + site.Site.Log);
        await terminal.LogoutAsync(reply["result"]!["session"]!.GetValue<string>());
    }
}
