using System.Security.Cryptography;
using CopyTrack.Identity.Kerberos;
using CopyTrack.Identity.Kerberos.Pkinit;
using CopyTrack.Identity.Kerberos.Transport;
using CopyTrack.TestKit.Kerberos;
using NUnit.Framework;

namespace CopyTrack.Identity.Tests.Kerberos;

/// <summary>Key agreement on P-256 with a KDC that offers it, an honest one and liars.</summary>
public sealed class CurveTests
{
    private readonly PkinitAuthority authority = new(FakeKdc.Realm);

    [OneTimeTearDown]
    public void End() => authority.Dispose();

    [TestCase("RSA")]
    [TestCase("P-256")]
    public async Task Card_is_verified_over_a_curve(string kind)
    {
        var outcome = await LoginAsync(new CurveKdc(authority), kind);
        Assert.That((outcome as KerberosOutcome.Verified)?.Client.ToString(), Is.EqualTo("alice@ACME.TEST"), outcome.ToString());
    }

    [Test]
    public async Task Point_off_the_curve_is_refused()
    {
        var outcome = await LoginAsync(new CurveKdc(authority) { BendPoint = p => p[^1] ^= 1 }, "RSA");
        Assert.That((outcome as KerberosOutcome.Failed)?.Cause, Is.EqualTo(KerberosCause.BadReply), outcome.ToString());
    }

    [Test]
    public async Task Compressed_point_is_refused()
    {
        var outcome = await LoginAsync(new CurveKdc(authority) { BendPoint = p => p[0] = 2 }, "RSA");
        Assert.That((outcome as KerberosOutcome.Failed)?.Detail, Does.Contain("not a point of P-256"), outcome.ToString());
    }

    [Test]
    public async Task Signed_answer_to_another_request_is_refused()
    {
        var outcome = await LoginAsync(new CurveKdc(authority) { NonceShift = 1 }, "RSA");
        Assert.That((outcome as KerberosOutcome.Failed)?.Detail, Does.Contain("answered another request (nonce)"), outcome.ToString());
    }

    [Test]
    public async Task KDC_of_another_authority_is_not_believed()
    {
        using var foreign = new PkinitAuthority(FakeKdc.Realm);
        var outcome = await LoginAsync(new CurveKdc(authority) { Signer = foreign }, "RSA");
        Assert.That((outcome as KerberosOutcome.Failed)?.Cause, Is.EqualTo(KerberosCause.KdcCertificateRefused), outcome.ToString());
    }

    private async Task<KerberosOutcome> LoginAsync(CurveKdc curve, string kind)
    {
        using AsymmetricAlgorithm key = kind == "RSA" ? RSA.Create(2048) : ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var card = authority.IssueCard(key, FakeKdc.Realm, "alice");
        var kdc = new FakeKdc { Card = curve.Answer };
        var rules = kdc.Rules with { Pkinit = new PkinitRules { Anchors = [authority.Certificate], Group = KeyAgreementGroup.P256 } };
        return await new KerberosClient(kdc, TimeProvider.System).SmartCardAsync(
            rules, card.RawData,
            (request, _) => Task.FromResult<CardAnswer>(new CardAnswer.Signed(key switch
            {
                RSA rsa => rsa.SignData(request.ToBeSigned, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
                ECDsa ec => ec.SignData(request.ToBeSigned, HashAlgorithmName.SHA256),
                _ => throw new InvalidOperationException("a key of another kind"),
            })),
            CancellationToken.None);
    }
}
