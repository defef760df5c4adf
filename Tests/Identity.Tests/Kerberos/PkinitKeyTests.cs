using System.Security.Cryptography;
using CopyTrack.Identity.Kerberos.Crypto;
using CopyTrack.Identity.Kerberos.Messages;
using CopyTrack.Identity.Kerberos.Pkinit;
using NUnit.Framework;

namespace CopyTrack.Identity.Tests.Kerberos;

/// <summary>Key agreement and key derivation of PKINIT.</summary>
public sealed class PkinitKeyTests
{
    private static IEnumerable<TestCaseData> Derivations => RfcVectors.Of("kdf");

    [TestCaseSource(nameof(Derivations))]
    public void Key_is_derived_as_in_RFC_8636(string[] cells)
    {
        var client = new Principal(new PrincipalName(PrincipalName.Principal, ["lha"]), "SU.SE");
        var server = new Principal(new PrincipalName(PrincipalName.Principal, ["krbtgt", "SU.SE"]), "SU.SE");
        var function = cells[0] == "SHA1" ? PkinitKeys.Sha1 : PkinitKeys.Sha256;
        using var key = PkinitKeys.Derive(
            function, EncryptionProfile.Find(18)!, new byte[256], client, server, Enumerable.Repeat((byte)0xAA, 10).ToArray(), Enumerable.Repeat((byte)0xBB, 9).ToArray());
        Assert.That(key.Value.ToArray(), Is.EqualTo(RfcVectors.Bytes(cells[1])));
    }

    [TestCase(KeyAgreementGroup.Modp14, 256, "C90FDAA22168C234", "15728E5A8AACAA68FFFFFFFFFFFFFFFF")]
    [TestCase(KeyAgreementGroup.Modp16, 512, "C90FDAA22168C234", "4DF435C934063199FFFFFFFFFFFFFFFF")]
    public void Prime_is_that_of_RFC_3526(KeyAgreementGroup group, int bytes, string begin, string end)
    {
        var prime = Convert.ToHexString(ModpGroup.Of(group).Prime.ToByteArray(isUnsigned: true, isBigEndian: true));
        Assert.That(prime, Has.Length.EqualTo(2 * bytes).And.StartsWith("FFFFFFFFFFFFFFFF" + begin).And.EndsWith(end));
    }

    [TestCase(KeyAgreementGroup.Modp14)]
    [TestCase(KeyAgreementGroup.Modp16)]
    [TestCase(KeyAgreementGroup.P256)]
    public void Both_sides_agree(KeyAgreementGroup group)
    {
        using var a = KeyAgreement.Create(group);
        using var b = KeyAgreement.Create(group);
        Assert.That(a.Secret(PublicKey(b)), Is.EqualTo(b.Secret(PublicKey(a))));
    }

    [Test]
    public void Public_value_that_gives_the_secret_away_is_refused()
    {
        using var ours = KeyAgreement.Create(KeyAgreementGroup.Modp14);
        var prime = ModpGroup.Of(KeyAgreementGroup.Modp14).Prime;
        foreach (var bad in new[] { 0, 1, prime - 1, prime, prime + 1, -2 })
        {
            Assert.That(() => ours.Secret(KerberosDer.Encode(w => w.WriteInteger(bad))), Throws.InstanceOf<CryptographicException>(), $"{bad}");
        }
    }

    [Test]
    public void Point_off_the_curve_is_refused()
    {
        using var ours = KeyAgreement.Create(KeyAgreementGroup.P256);
        var point = new byte[65];
        point[0] = 4;
        point[64] = 1;
        Assert.That(() => ours.Secret(point), Throws.InstanceOf<CryptographicException>());
        Assert.That(() => ours.Secret(new byte[1]), Throws.InstanceOf<CryptographicException>());
    }

    private static byte[] PublicKey(KeyAgreement side)
    {
        var info = new System.Formats.Asn1.AsnReader(side.PublicInfo(), System.Formats.Asn1.AsnEncodingRules.DER).ReadSequence();
        info.ReadEncodedValue();
        return info.ReadBitString(out _);
    }
}
