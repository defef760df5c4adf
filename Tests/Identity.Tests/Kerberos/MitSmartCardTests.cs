using System.Security.Cryptography;
using CopyTrack.Identity.Kerberos;
using CopyTrack.Identity.Kerberos.Pkinit;
using CopyTrack.TestKit.Kerberos;
using NUnit.Framework;

namespace CopyTrack.Identity.Tests.Kerberos;

/// <summary>Smart card logins against a MIT KDC; the card is a key that only the test holds.</summary>
public sealed class MitSmartCardTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);

    [TestCase(KeyAgreementGroup.Modp14)]
    [TestCase(KeyAgreementGroup.Modp16)]
    public async Task Card_with_an_RSA_key_is_verified(KeyAgreementGroup group)
    {
        var kdc = await KdcFixture.KdcAsync();
        using var key = RSA.Create(2048);
        using var card = kdc.Pki.IssueCard(key, PrivateKdc.Realm, "alice");
        var signatures = 0;
        var outcome = await LoginAsync(Rules(kdc) with { Pkinit = Pkinit(kdc) with { Group = group, RequireFreshness = true } }, card.RawData, request =>
        {
            signatures++;
            Assert.That(request.Algorithm, Is.EqualTo("RS256"));
            return key.SignData(request.ToBeSigned, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        });
        Assert.That(outcome, Is.InstanceOf<KerberosOutcome.Verified>(), outcome.ToString() + kdc.Log);
        Assert.That(((KerberosOutcome.Verified)outcome).Client.ToString(), Is.EqualTo("alice@ACME.TEST"));
        Assert.That(signatures, Is.EqualTo(1));
    }

    [Test]
    public async Task Card_with_a_P256_key_is_verified()
    {
        var kdc = await KdcFixture.KdcAsync();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var card = kdc.Pki.IssueCard(key, PrivateKdc.Realm, "alice");
        var outcome = await LoginAsync(Rules(kdc), card.RawData, request => key.SignData(request.ToBeSigned, HashAlgorithmName.SHA256));
        Assert.That(outcome, Is.InstanceOf<KerberosOutcome.Verified>(), outcome.ToString() + kdc.Log);
    }

    [Test]
    public async Task Group_that_the_KDC_refuses_is_changed_for_one_that_it_names()
    {
        var kdc = await KdcFixture.KdcAsync();
        using var key = RSA.Create(2048);
        using var card = kdc.Pki.IssueCard(key, PrivateKdc.Realm, "alice");
        var signatures = 0;
        var outcome = await LoginAsync(Rules(kdc) with { Pkinit = Pkinit(kdc) with { Group = KeyAgreementGroup.P256 } }, card.RawData, request =>
        {
            signatures++;
            return key.SignData(request.ToBeSigned, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        });
        Assert.That(outcome, Is.InstanceOf<KerberosOutcome.Verified>(), outcome.ToString() + kdc.Log);
        Assert.That(signatures, Is.EqualTo(2));
    }

    [Test]
    public async Task Card_with_a_user_principal_name_is_asked_for_as_an_enterprise_name()
    {
        var kdc = await KdcFixture.KdcAsync();
        using var key = RSA.Create(2048);
        using var card = kdc.Pki.IssueUpnCard(key, "nobody@company.example");
        var outcome = (KerberosOutcome.Failed)await LoginAsync(Rules(kdc), card.RawData, request => Sign(key, request));
        Assert.That((outcome.Cause, outcome.Detail), Is.EqualTo((KerberosCause.CertificateRefused, outcome.Detail)), outcome.Detail);
        Assert.That(outcome.Detail, Does.Contain(@"about the card of nobody\@company.example"));
    }

    [Test]
    public async Task KDC_is_not_believed_with_other_anchors_a_revoked_certificate_or_lists_that_ended()
    {
        var kdc = await KdcFixture.KdcAsync();
        using var key = RSA.Create(2048);
        using var card = kdc.Pki.IssueCard(key, PrivateKdc.Realm, "alice");
        using var foreign = new PkinitAuthority(PrivateKdc.Realm);
        var (later, before) = (DateTimeOffset.UtcNow.AddDays(1), DateTimeOffset.UtcNow.AddMinutes(-1));
        static RevocationList List(string pem) => RevocationList.Read(System.Text.Encoding.ASCII.GetBytes(pem));
        foreach (var (rules, text) in new (PkinitRules, string)[]
        {
            (Pkinit(kdc) with { Anchors = [foreign.Certificate] }, "its certificate is not trusted"),
            (Pkinit(kdc) with { RevocationLists = [List(kdc.Pki.RevocationList(later, kdc.Pki.Kdc))] }, "the certificate is revoked"),
            (Pkinit(kdc) with { RevocationLists = [List(kdc.Pki.RevocationList(before))] }, "ended"),
            (Pkinit(kdc) with { RevocationLists = [] }, "there is no revocation list of CN=Test CA"),
            (Pkinit(kdc) with { RevocationLists = [List(foreign.RevocationList(later))] }, "has a wrong signature"),
        })
        {
            var outcome = (KerberosOutcome.Failed)await LoginAsync(Rules(kdc) with { Pkinit = rules }, card.RawData, request => Sign(key, request));
            Assert.That((outcome.Cause, outcome.Detail), Is.EqualTo((KerberosCause.KdcCertificateRefused, outcome.Detail)), outcome.Detail);
            Assert.That(outcome.Detail, Does.Contain(text));
        }

        var good = Rules(kdc) with { Pkinit = Pkinit(kdc) with { RevocationLists = [List(kdc.Pki.RevocationList(later, card))] } };
        Assert.That(await LoginAsync(good, card.RawData, request => Sign(key, request)), Is.InstanceOf<KerberosOutcome.Verified>());
    }

    [Test]
    public async Task Card_that_gives_no_signature_or_a_wrong_one_ends_without_the_KDC()
    {
        var kdc = await KdcFixture.KdcAsync();
        using var key = RSA.Create(2048);
        using var card = kdc.Pki.IssueCard(key, PrivateKdc.Realm, "alice");
        var none = await KdcFixture.Client(Patience, kdc.Port).SmartCardAsync(
            Rules(kdc), card.RawData, (_, _) => Task.FromResult<CardAnswer>(new CardAnswer.None("cardRemoved")), CancellationToken.None);
        Assert.That(none, Is.EqualTo(new KerberosOutcome.Failed(KerberosCause.CardFailed, "cardRemoved")));
        var wrong = (KerberosOutcome.Failed)await LoginAsync(Rules(kdc), card.RawData, _ => new byte[256]);
        Assert.That(wrong.Cause, Is.EqualTo(KerberosCause.CertificateRefused));
    }

    [Test]
    public async Task Noise_instead_of_a_certificate_is_refused_before_anybody_is_asked()
    {
        var kdc = await KdcFixture.KdcAsync();
        foreach (var noise in new byte[][] { [], [0x30], [0x30, 0x82, 0xFF, 0xFF, 1, 2], new byte[5000] })
        {
            var outcome = (KerberosOutcome.Failed)await LoginAsync(Rules(kdc), noise, _ => throw new InvalidOperationException("the card was asked"));
            Assert.That(outcome.Cause, Is.EqualTo(KerberosCause.CertificateRefused));
        }
    }

    private static byte[] Sign(RSA key, CardSignature request) => key.SignData(request.ToBeSigned, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);

    private static PkinitRules Pkinit(PrivateKdc kdc) => new() { Anchors = [kdc.Pki.Certificate] };

    private static KerberosRules Rules(PrivateKdc kdc) => KdcFixture.Rules(kdc) with { Pkinit = Pkinit(kdc) };

    private static async Task<KerberosOutcome> LoginAsync(KerberosRules rules, byte[] certificate, Func<CardSignature, byte[]> sign)
    {
        var kdc = await KdcFixture.KdcAsync();
        return await KdcFixture.Client(Patience, kdc.Port).SmartCardAsync(
            rules, certificate, (request, _) => Task.FromResult<CardAnswer>(new CardAnswer.Signed(sign(request))), CancellationToken.None);
    }
}
