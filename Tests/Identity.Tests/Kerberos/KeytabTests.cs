using CopyTrack.Identity.Kerberos;
using CopyTrack.Identity.Kerberos.Crypto;
using CopyTrack.TestKit.Kerberos;
using NUnit.Framework;

namespace CopyTrack.Identity.Tests.Kerberos;

/// <summary>Keytab files of MIT, and what is none.</summary>
public sealed class KeytabTests
{
    [Test]
    public async Task Keytab_of_MIT_is_read_with_all_its_AES_keys()
    {
        var kdc = await KdcFixture.KdcAsync();
        var keytab = Keytab.Read(await File.ReadAllBytesAsync(kdc.Keytab));
        Assert.That(keytab.Entries.Select(e => (e.Principal.ToString(), e.Version, e.Key.Profile.Etype)), Is.EqualTo(new[]
        {
            ("HTTP/copytrack.acme.test@ACME.TEST", 2u, 18), ("HTTP/copytrack.acme.test@ACME.TEST", 2u, 17),
        }));
        var service = keytab.Entries[0].Principal;
        Assert.That(keytab.Find(service, 18, 2), Is.Not.Null);
        Assert.That(keytab.Find(service, 18, null), Is.Not.Null);
        Assert.That(keytab.Find(service, 18, 3), Is.Null);
        Assert.That(keytab.Describe(service), Is.EqualTo("kvno 2 aes256-cts-hmac-sha1-96, kvno 2 aes128-cts-hmac-sha1-96"));
    }

    [Test]
    public void Damaged_file_is_refused_and_never_read_beyond_its_end()
    {
        using var key = new EncryptionKey(EncryptionProfile.Find(18)!, new byte[32]);
        var good = FakeKdc.KeytabFile(FakeKdc.Service, 3, key);
        Assert.That(Keytab.Read(good).Entries, Has.Length.EqualTo(1));
        for (var length = 0; length < good.Length; length++)
        {
            var cut = good[..length];
            // Up to three bytes where the next entry's length would stand are an end as well.
            if (length is < 2 or > 5)
            {
                Assert.That(() => Keytab.Read(cut), Throws.InstanceOf<FormatException>(), $"cut at {length}");
            }
        }

        var random = new Random(1);
        for (var i = 0; i < 20_000; i++)
        {
            var noise = (byte[])good.Clone();
            for (var n = random.Next(1, 6); n > 0; n--)
            {
                noise[random.Next(2, noise.Length)] = (byte)random.Next(256);
            }

            try
            {
                Keytab.Read(noise);
            }
            catch (FormatException)
            {
                // The one allowed exception.
            }
        }
    }

    [Test]
    public void Hole_of_a_removed_entry_is_passed_over()
    {
        using var key = new EncryptionKey(EncryptionProfile.Find(18)!, new byte[32]);
        byte[] file = [5, 2, 255, 255, 255, 254, 1, 2, .. FakeKdc.KeytabFile(FakeKdc.Service, 3, key)[2..]];
        Assert.That(Keytab.Read(file).Entries, Has.Length.EqualTo(1));
    }
}
