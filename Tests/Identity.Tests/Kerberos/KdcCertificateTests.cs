using System.Diagnostics;
using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using CopyTrack.Identity.Kerberos.Pkinit;
using CopyTrack.TestKit.Kerberos;
using NUnit.Framework;

namespace CopyTrack.Identity.Tests.Kerberos;

/// <summary>Which certificates are those of a KDC.</summary>
public sealed class KdcCertificateTests
{
    private const string Realm = "ACME.TEST", ServerPurpose = "1.3.6.1.5.5.7.3.1";

    private readonly PkinitAuthority pki = new(Realm);
    private readonly RSA key = RSA.Create(2048);

    [OneTimeTearDown]
    public void End()
    {
        pki.Dispose();
        key.Dispose();
    }

    [Test]
    public void Name_of_the_realms_krbtgt_and_the_purpose_are_enough() => Assert.That(Refusal(pki.Kdc), Is.Null);

    [Test]
    public void Certificate_of_another_realm_is_refused() =>
        Assert.That(Refusal(pki.Issue(key, "CN=x", PkinitAuthority.PrincipalName("OTHER.TEST", 2, "krbtgt", "OTHER.TEST"), PkinitAuthority.KdcPurpose)), Does.Contain("does not name krbtgt/ACME.TEST@ACME.TEST"));

    [Test]
    public void Certificate_without_the_purpose_is_refused() =>
        Assert.That(Refusal(pki.Issue(key, "CN=x", PkinitAuthority.PrincipalName(Realm, 2, "krbtgt", Realm), ServerPurpose)), Does.Contain("NotValidForUsage"));

    [Test]
    public void Card_of_a_person_is_no_KDC() => Assert.That(Refusal(pki.IssueCard(key, Realm, "alice")), Is.Not.Null);

    [Test]
    public void Certificate_that_ended_is_refused() => Assert.That(
        Refusal(pki.Issue(key, "CN=x", PkinitAuthority.PrincipalName(Realm, 2, "krbtgt", Realm), PkinitAuthority.KdcPurpose, DateTimeOffset.UtcNow.AddHours(-1))), Does.Contain("NotTimeValid"));

    [TestCase("dc1.acme.test", null, false)]
    [TestCase("dc1.acme.test", "dc1.acme.test", true)]
    [TestCase("DC1.ACME.TEST", "dc1.acme.test", true)]
    [TestCase("dc1.acme.test", "acme.test", false)]
    [TestCase("evil.test", "dc1.acme.test", false)]
    public void Active_Directorys_certificate_is_known_by_its_configured_host_name(string inCertificate, string? configured, bool good)
    {
        var refusal = Refusal(pki.Issue(key, "CN=dc", null, PkinitAuthority.KdcPurpose, dnsName: inCertificate), Rules() with { KdcHostNames = configured is null ? [] : [configured] });
        Assert.That(refusal, good ? Is.Null : Does.Contain("Kerberos:SmartCard:KdcHostNames"));
    }

    [Test]
    public async Task Signed_data_is_read_only_when_everything_fits()
    {
        var good = await SignedAsync(pki, CmsOids.DhKeyData);
        Assert.That(KdcCms.Read(good, CmsOids.DhKeyData).Content, Is.EqualTo("content"u8.ToArray()));
        Assert.That(() => KdcCms.Read(good, CmsOids.AuthData), Throws.InstanceOf<AsnContentException>(), "another content type");
        for (var i = 0; i < good.Length; i++)
        {
            var bent = (byte[])good.Clone();
            bent[i] ^= 0x10;
            try
            {
                // What is not signed (version numbers, unused certificates, the algorithm's own name) may be bent; the content never.
                Assert.That(KdcCms.Read(bent, CmsOids.DhKeyData).Content, Is.EqualTo("content"u8.ToArray()), $"byte {i}");
            }
            catch (Exception e) when (e is AsnContentException or CryptographicException)
            {
                // Found out.
            }
        }

        for (var length = 0; length < good.Length; length += 7)
        {
            Assert.That(() => KdcCms.Read(good.AsMemory(0, length), CmsOids.DhKeyData), Throws.InstanceOf<AsnContentException>().Or.InstanceOf<CryptographicException>());
        }
    }

    [TestCase("")]
    [TestCase("-----BEGIN X509 CRL-----\nAAAA\n-----END X509 CRL-----")]
    [TestCase("noise")]
    public void Noise_is_no_revocation_list(string text) => Assert.That(() => RevocationList.Read(System.Text.Encoding.ASCII.GetBytes(text)), Throws.InstanceOf<FormatException>());

    private string? Refusal(X509Certificate2 certificate, PkinitRules? rules = null) =>
        KdcCertificate.Refuse(new KdcCms([], certificate, [certificate]), Realm, rules ?? Rules(), DateTimeOffset.UtcNow);

    private PkinitRules Rules() => new() { Anchors = [pki.Certificate] };

    /// <summary>SignedData as a KDC makes it, by OpenSSL's encoder and not our own.</summary>
    private static async Task<byte[]> SignedAsync(PkinitAuthority pki, string contentType)
    {
        var folder = Directory.CreateTempSubdirectory("copytrack-cms-").FullName;
        try
        {
            await File.WriteAllTextAsync(Path.Combine(folder, "kdc.pem"), pki.KdcPem + "\n" + pki.KdcKeyPem);
            await File.WriteAllTextAsync(Path.Combine(folder, "content"), "content");
            using var openssl = Process.Start(new ProcessStartInfo("openssl", [
                "cms", "-sign", "-binary", "-nodetach", "-md", "sha256", "-econtent_type", contentType, "-outform", "DER",
                "-signer", Path.Combine(folder, "kdc.pem"), "-in", Path.Combine(folder, "content"), "-out", Path.Combine(folder, "signed")]))!;
            await openssl.WaitForExitAsync();
            Assert.That(openssl.ExitCode, Is.Zero);
            return await File.ReadAllBytesAsync(Path.Combine(folder, "signed"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
