using System.Collections.Immutable;
using System.Security.Cryptography;
using CopyTrack.Identity.Kerberos;
using CopyTrack.Identity.Kerberos.Messages;
using CopyTrack.Identity.Kerberos.Pkinit;
using CopyTrack.Identity.Kerberos.Transport;
using CopyTrack.TestKit.Kerberos;
using CopyTrack.TestKit.Ldap;
using NUnit.Framework;

namespace CopyTrack.Identity.Tests.Kerberos;

/// <summary>Logins against an Active Directory domain (Samba): its names, its ways to say locked, disabled and expired, and cards with the names that its certificates have.</summary>
public sealed class SambaPasswordTests
{
    private const string Realm = "AD.EXAMPLE";

    private readonly PkinitAuthority cards = new(Realm);
    private PrivateSamba samba = null!;
    private KerberosRules rules = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        samba = await PrivateSamba.StartAsync(cards);
        await samba.ChangeAsync(
            PrivateSamba.User("svc-copytrack", "msDS-SupportedEncryptionTypes: 24\nservicePrincipalName: HTTP/copytrack.ad.example")
            + PrivateSamba.User("Anna").Replace("anna@ad.example", "anna.ames@company.example", StringComparison.OrdinalIgnoreCase)
            + PrivateSamba.User("locked") + PrivateSamba.User("disabled", control: 514)
            + PrivateSamba.User("ended", "accountExpires: 132000000000000000") + PrivateSamba.User("mustchange", "pwdLastSet: 0")
            + PrivateSamba.User("hours", "logonHours:: " + Convert.ToBase64String(new byte[21])));
        await samba.ToolAsync("domain", "exportkeytab", samba.PathOf("service.keytab"), "--principal=HTTP/copytrack.ad.example");
        rules = new KerberosRules
        {
            Realm = Realm, Realms = [Realm], Service = new Principal(new PrincipalName(PrincipalName.Service, ["HTTP", "copytrack.ad.example"]), Realm),
            Keytab = Keytab.Read(await File.ReadAllBytesAsync(samba.PathOf("service.keytab"))),
        };
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        cards.Dispose();
        await (samba?.DisposeAsync() ?? ValueTask.CompletedTask);
    }

    [TestCase("Anna")]
    [TestCase("anna")]
    [TestCase("ANNA@ad.example")]
    [TestCase("anna.ames@company.example")]
    public async Task Name_is_the_stored_one_however_it_was_typed(string typed)
    {
        var outcome = await LoginAsync(typed, PrivateSamba.Password);
        Assert.That((outcome as KerberosOutcome.Verified)?.Client.ToString(), Is.EqualTo("Anna@AD.EXAMPLE"), outcome.ToString());
    }

    // Samba sends no NTSTATUS beside the code, as Windows does: an account that may not is the same to it, whatever the reason.
    [TestCase("anna", "wrong", KerberosCause.WrongCredentials, "")]
    [TestCase("nobody", "wrong", KerberosCause.WrongCredentials, "")]
    [TestCase("nobody@company.example", "wrong", KerberosCause.WrongCredentials, "")]
    [TestCase("disabled", PrivateSamba.Password, KerberosCause.AccountLocked, "KDC_ERR_CLIENT_REVOKED; locked, disabled or expired at the KDC: unlock it there")]
    [TestCase("ended", PrivateSamba.Password, KerberosCause.AccountLocked, "KDC_ERR_CLIENT_REVOKED; locked, disabled or expired at the KDC: unlock it there")]
    [TestCase("hours", PrivateSamba.Password, KerberosCause.AccountLocked, "KDC_ERR_CLIENT_REVOKED; locked, disabled or expired at the KDC: unlock it there")]
    [TestCase("mustchange", PrivateSamba.Password, KerberosCause.PasswordExpired, "KDC_ERR_KEY_EXPIRED; the password is right and must be changed")]
    [TestCase("mustchange", "wrong", KerberosCause.WrongCredentials, "")]
    public async Task Cause_is_told(string typed, string password, KerberosCause cause, string advice)
    {
        var outcome = await LoginAsync(typed, password);
        TestContext.Out.WriteLine(outcome);
        Assert.That((outcome as KerberosOutcome.Failed)?.Cause, Is.EqualTo(cause), outcome.ToString());
        Assert.That(((KerberosOutcome.Failed)outcome).Detail, Does.EndWith(advice));
    }

    [Test]
    public async Task Account_is_locked_after_wrong_passwords()
    {
        for (var i = 0; i < 3; i++)
        {
            Assert.That((await LoginAsync("locked", "wrong") as KerberosOutcome.Failed)?.Cause, Is.EqualTo(KerberosCause.WrongCredentials));
        }

        var outcome = await LoginAsync("locked", PrivateSamba.Password);
        Assert.That((outcome as KerberosOutcome.Failed)?.Cause, Is.EqualTo(KerberosCause.AccountLocked), outcome.ToString());
        Assert.That(((KerberosOutcome.Failed)outcome).Detail, Does.EndWith("KDC_ERR_CLIENT_REVOKED; locked, disabled or expired at the KDC: unlock it there"));
    }

    [TestCase("anna.ames@company.example")]
    [TestCase("Anna@ad.example")]
    public async Task Card_with_a_user_principal_name_is_verified_as_the_stored_name(string upn)
    {
        using var key = RSA.Create(2048);
        using var card = cards.IssueUpnCard(key, upn);
        var outcome = await Client().SmartCardAsync(
            rules with { Pkinit = new PkinitRules { Anchors = [cards.Certificate] } }, card.RawData,
            (request, _) => Task.FromResult<CardAnswer>(new CardAnswer.Signed(key.SignData(request.ToBeSigned, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))), CancellationToken.None);
        Assert.That((outcome as KerberosOutcome.Verified)?.Client.ToString(), Is.EqualTo("Anna@AD.EXAMPLE"), outcome.ToString());
    }

    private Task<KerberosOutcome> LoginAsync(string name, string password) => Client().PasswordAsync(rules, name, password, CancellationToken.None);

    private KerberosClient Client()
    {
        var servers = ImmutableDictionary<string, ImmutableArray<KdcEndpoint>>.Empty.Add(Realm, [new KdcEndpoint(samba.Address, KdcEndpoint.DefaultPort)]);
        var channel = new KdcChannel(new KdcList(servers, new DnsKdcLocator(TimeSpan.FromSeconds(1), TimeProvider.System)), TimeSpan.FromSeconds(10), TimeProvider.System);
        return new KerberosClient(channel, TimeProvider.System);
    }
}
