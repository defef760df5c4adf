using System.Globalization;
using CopyTrack.Identity.Kerberos.Crypto;
using NUnit.Framework;

namespace CopyTrack.Identity.Tests.Kerberos;

/// <summary>Every calculation against the vectors of its RFC.</summary>
public sealed class CryptoTests
{
    private static IEnumerable<TestCaseData> Folds => RfcVectors.Of("nfold");

    private static IEnumerable<TestCaseData> Stolen => RfcVectors.Of("cts");

    private static IEnumerable<TestCaseData> Keys => RfcVectors.Of("string-to-key");

    private static IEnumerable<TestCaseData> Derived => RfcVectors.Of("derive");

    private static IEnumerable<TestCaseData> Encrypted => RfcVectors.Of("encrypt");

    private static IEnumerable<TestCaseData> Checksums => RfcVectors.Of("checksum");

    [TestCaseSource(nameof(Folds))]
    public void Fold_is_that_of_RFC_3961(string[] cells) =>
        Assert.That(NFold.Fold(RfcVectors.Bytes(cells[0]), Number(cells[1]) / 8), Is.EqualTo(RfcVectors.Bytes(cells[2])));

    [TestCaseSource(nameof(Stolen))]
    public void Cipher_text_stealing_is_that_of_RFC_3962(string[] cells)
    {
        var (key, plain, cipher) = (RfcVectors.Bytes(cells[0]), RfcVectors.Bytes(cells[1]), RfcVectors.Bytes(cells[2]));
        Assert.That(EncryptionProfile.CtsEncrypt(key, plain), Is.EqualTo(cipher));
        Assert.That(EncryptionProfile.CtsDecrypt(key, cipher), Is.EqualTo(plain));
    }

    [TestCaseSource(nameof(Keys))]
    public void Password_becomes_the_key_of_the_RFC(string[] cells) => Assert.That(
        Profile(cells[0]).StringToKey(RfcVectors.Bytes(cells[2]), RfcVectors.Bytes(cells[3]), Number(cells[1])), Is.EqualTo(RfcVectors.Bytes(cells[4])));

    [TestCaseSource(nameof(Derived))]
    public void Derived_key_is_that_of_RFC_8009(string[] cells)
    {
        var expected = RfcVectors.Bytes(cells[3]);
        Assert.That(((AesSha2Profile)Profile(cells[0])).Derive(RfcVectors.Bytes(cells[1]), RfcVectors.Bytes(cells[2]), expected.Length), Is.EqualTo(expected));
    }

    [TestCaseSource(nameof(Encrypted))]
    public void Text_is_encrypted_as_in_the_RFC_and_opens_again(string[] cells)
    {
        var (profile, key, usage) = (Profile(cells[0]), RfcVectors.Bytes(cells[1]), Number(cells[2]));
        var (plain, cipher) = (RfcVectors.Bytes(cells[4]), RfcVectors.Bytes(cells[5]));
        Assert.That(profile.Encrypt(key, usage, plain, RfcVectors.Bytes(cells[3])), Is.EqualTo(cipher));
        Assert.That(profile.Decrypt(key, usage, cipher), Is.EqualTo(plain));
        Assert.That(profile.Decrypt(key, usage + 1, cipher), Is.Null, "another usage");
        for (var i = 0; i < cipher.Length; i++)
        {
            var bent = (byte[])cipher.Clone();
            bent[i] ^= 1;
            Assert.That(profile.Decrypt(key, usage, bent), Is.Null, $"byte {i} changed");
            Assert.That(profile.Decrypt(key, usage, cipher.AsSpan(0, i)), Is.Null, $"cut at {i}");
        }
    }

    [TestCaseSource(nameof(Checksums))]
    public void Checksum_is_that_of_the_vectors(string[] cells) =>
        Assert.That(Profile(cells[0]).Checksum(RfcVectors.Bytes(cells[1]), Number(cells[2]), RfcVectors.Bytes(cells[3])), Is.EqualTo(RfcVectors.Bytes(cells[4])));

    [Test]
    public void Every_length_opens_again_with_every_type()
    {
        foreach (var profile in EncryptionProfile.All)
        {
            var key = Enumerable.Range(0, profile.KeySize).Select(i => (byte)i).ToArray();
            for (var length = 0; length < 70; length++)
            {
                var plain = Enumerable.Range(0, length).Select(i => (byte)(i * 7)).ToArray();
                Assert.That(profile.Decrypt(key, 3, profile.Encrypt(key, 3, plain)), Is.EqualTo(plain), $"{profile.Name}, {length} bytes");
            }
        }
    }

    [TestCase(1)]
    [TestCase(3)]
    [TestCase(16)]
    [TestCase(23)]
    [TestCase(24)]
    public void Weak_type_does_not_exist(int etype) => Assert.That(EncryptionProfile.Find(etype), Is.Null);

    private static EncryptionProfile Profile(string cell) => EncryptionProfile.Find(Number(cell))!;

    private static int Number(string cell) => int.Parse(cell, CultureInfo.InvariantCulture);
}
