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

    private static PkinitRules Pkinit(PrivateKdc kdc) => new() { Anchors = [kdc.Pki.Certificate] };

    private static KerberosRules Rules(PrivateKdc kdc) => KdcFixture.Rules(kdc) with { Pkinit = Pkinit(kdc) };

    private static async Task<KerberosOutcome> LoginAsync(KerberosRules rules, byte[] certificate, Func<CardSignature, byte[]> sign)
    {
        var kdc = await KdcFixture.KdcAsync();
        return await KdcFixture.Client(Patience, kdc.Port).SmartCardAsync(
            rules, certificate, (request, _) => Task.FromResult<CardAnswer>(new CardAnswer.Signed(sign(request))), CancellationToken.None);
    }
}
