using CopyTrack.Identity.Kerberos;
using CopyTrack.TestKit.Kerberos;
using NUnit.Framework;

namespace CopyTrack.Identity.Tests.Kerberos;

/// <summary>Password logins against a MIT KDC.</summary>
public sealed class MitPasswordTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);

    [TestCase("alice", "alice@ACME.TEST")]
    [TestCase("alice@acme.test", "alice@ACME.TEST")]
    [TestCase(" alice@ACME.TEST ", "alice@ACME.TEST")]
    [TestCase("nopreauth", "nopreauth@ACME.TEST")]
    [TestCase("sha2", "sha2@ACME.TEST")]
    [TestCase("aes128", "aes128@ACME.TEST")]
    [TestCase("bob@other.test", "bob@OTHER.TEST")]
    public async Task Right_password_is_verified_with_the_whole_principal(string typed, string principal)
    {
        var outcome = await LoginAsync(typed, PrivateKdc.Password);
        Assert.That(outcome, Is.InstanceOf<KerberosOutcome.Verified>(), outcome.ToString());
        Assert.That(((KerberosOutcome.Verified)outcome).Client.ToString(), Is.EqualTo(principal));
    }

    [TestCase("alice", KerberosCause.WrongCredentials, "KDC_ERR_PREAUTH_FAILED")]
    [TestCase("nobody", KerberosCause.WrongCredentials, "KDC_ERR_C_PRINCIPAL_UNKNOWN")]
    [TestCase("nopreauth", KerberosCause.WrongCredentials, "does not open with the password")]
    [TestCase("bob", KerberosCause.WrongCredentials, "KDC_ERR_C_PRINCIPAL_UNKNOWN")]
    [TestCase("alice/admin", KerberosCause.WrongCredentials, "")]
    [TestCase("ALICE", KerberosCause.WrongCredentials, "KDC_ERR_C_PRINCIPAL_UNKNOWN")]
    [TestCase("expired", KerberosCause.AccountExpired, "KDC_ERR_NAME_EXP")]
    [TestCase("disabled", KerberosCause.AccountLocked, "KDC_ERR_CLIENT_REVOKED")]
    [TestCase("pwexpired", KerberosCause.WrongCredentials, "KDC_ERR_PREAUTH_FAILED")]
    [TestCase("rc4", KerberosCause.WeakEncryption, "")]
    public async Task Wrong_password_ends_with_its_cause(string typed, KerberosCause cause, string detail)
    {
        var outcome = await LoginAsync(typed, "wrong");
        Assert.That(outcome, Is.InstanceOf<KerberosOutcome.Failed>(), outcome.ToString());
        var failed = (KerberosOutcome.Failed)outcome;
        Assert.That((failed.Cause, failed.Detail), Is.EqualTo((cause, failed.Detail)), failed.Detail);
        Assert.That(failed.Detail, Does.Contain(detail));
    }

    [Test]
    public async Task Right_password_that_expired_is_told_only_when_it_is_right()
    {
        var outcome = (KerberosOutcome.Failed)await LoginAsync("pwexpired", PrivateKdc.Password);
        Assert.That((outcome.Cause, outcome.Detail), Is.EqualTo((KerberosCause.PasswordExpired, outcome.Detail)), outcome.Detail);
    }

    private static async Task<KerberosOutcome> LoginAsync(string name, string password)
    {
        var kdc = await KdcFixture.KdcAsync();
        return await KdcFixture.Client(Patience, kdc.Port).PasswordAsync(KdcFixture.Rules(kdc), name, password, CancellationToken.None);
    }
}
