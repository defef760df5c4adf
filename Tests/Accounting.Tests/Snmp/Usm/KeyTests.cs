using System.Text;
using CopyTrack.Accounting.Snmp.Usm;
using NUnit.Framework;

namespace CopyTrack.Accounting.Tests.Snmp.Usm;

public sealed class KeyTests
{
    private static readonly byte[] Engine = Convert.FromHexString("000000000000000000000002");
    private static readonly byte[] Password = Encoding.ASCII.GetBytes("maplesyrup");

    [TestCase(AuthProtocol.Md5, "9FAF3283884E92834EBC9847D8EDD963", "526F5EED9FCCE26F8964C2930787D82B", Description = "RFC 3414 A.3.1")]
    [TestCase(AuthProtocol.Sha1, "9FB5CC0381497B3793528939FF788D5D79145211", "6695FEBC9288E36282235FC7151F128497B38F3F", Description = "RFC 3414 A.3.2")]
    public void Password_becomes_the_keys_of_the_standard(AuthProtocol protocol, string user, string local)
    {
        var key = PasswordKey.FromPassword(protocol, Password);
        Assert.That(Convert.ToHexString(key), Is.EqualTo(user));
        Assert.That(Convert.ToHexString(PasswordKey.Localise(protocol, key, Engine)), Is.EqualTo(local));
    }

    [TestCase(AuthProtocol.Md5, "526F5EED9FCCE26F8964C2930787D82B79EFF44A90650EE0A3A40ABFAC5ACC12")]
    [TestCase(AuthProtocol.Sha1, "6695FEBC9288E36282235FC7151F128497B38F3F9B8B6D78936BA6E7D19DFD9C")]
    public void Short_digest_is_stretched_as_reeder_says(AuthProtocol protocol, string expected) =>
        Assert.That(
            Convert.ToHexString(PasswordKey.ForPrivacy(protocol, PrivProtocol.Aes256Reeder, PasswordKey.FromPassword(protocol, Password), Engine)), Is.EqualTo(expected));

    [Test]
    public void Both_ways_to_stretch_agree_where_nothing_is_to_be_stretched([Values(AuthProtocol.Sha256, AuthProtocol.Sha384, AuthProtocol.Sha512)] AuthProtocol auth)
    {
        var key = PasswordKey.FromPassword(auth, Password);
        Assert.That(PasswordKey.ForPrivacy(auth, PrivProtocol.Aes256, key, Engine), Is.EqualTo(PasswordKey.ForPrivacy(auth, PrivProtocol.Aes256Reeder, key, Engine)));
        Assert.That(PasswordKey.ForPrivacy(auth, PrivProtocol.Aes192, key, Engine), Is.EqualTo(PasswordKey.ForPrivacy(auth, PrivProtocol.Aes256, key, Engine)[..24]));
    }

    [Test]
    public void Longest_password_and_one_that_does_not_divide_the_megabyte_are_taken() => Assert.Multiple(() =>
    {
        Assert.That(PasswordKey.FromPassword(AuthProtocol.Sha512, new byte[1024]), Has.Length.EqualTo(64));
        Assert.That(PasswordKey.FromPassword(AuthProtocol.Sha224, "1234567"u8), Has.Length.EqualTo(28));
    });

    [TestCase("", "D14A028C2A3A2BC9476102BB288234C415A2B01F828EA62AC5B3E42F")]
    [TestCase("abc", "23097D223405D8228642A477BDA255B32AADBCE4BDA0B3F7E36C9DA7")]
    [TestCase("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", "75388B16512776CC5DBA5DA1FD890150B0C6455CB4F58B1952522525")]
    public void Sha_224_gives_the_digests_of_its_standard(string text, string digest)
    {
        var to = new byte[28];
        Sha224.Hash([], Encoding.ASCII.GetBytes(text), to);
        Assert.That(Convert.ToHexString(to), Is.EqualTo(digest));
    }

    [Test]
    public void Sha_224_of_a_million_letters_is_that_of_its_standard()
    {
        var text = new byte[1_000_000];
        text.AsSpan().Fill((byte)'a');
        var to = new byte[28];
        Sha224.Hash([], text, to);
        Assert.That(Convert.ToHexString(to), Is.EqualTo("20794655980C91D8BBB4C1EA97618A4BF03F42581948B2EE4EE7AD67"));
    }

    [Test]
    public void Keyed_sha_224_gives_the_digests_of_rfc_4231()
    {
        var to = new byte[28];
        Sha224.Hmac(Enumerable.Repeat((byte)0x0B, 20).ToArray(), "Hi There"u8, to);
        Assert.That(Convert.ToHexString(to), Is.EqualTo("896FB1128ABBDF196832107CD49DF33F47B4B1169912BA4F53684B22"));
        Sha224.Hmac(Enumerable.Repeat((byte)0xAA, 131).ToArray(), "Test Using Larger Than Block-Size Key - Hash Key First"u8, to);
        Assert.That(Convert.ToHexString(to), Is.EqualTo("95E9A0DB962095ADAEBE9B2D6F0DBCE2D499F112F2D2B7273FA6870E"));
    }

    [Test]
    public void Users_with_one_password_share_the_slow_part_and_each_engine_has_its_own_keys()
    {
        var cache = new KeyCache();
        SnmpUser one = new("one", AuthProtocol.Sha256, "password one"), same = new("one", AuthProtocol.Sha256, "password one"), other = new("one", AuthProtocol.Sha256, "password two");
        var keys = cache.For(one, Engine);
        Assert.Multiple(() =>
        {
            Assert.That(cache.For(same, Engine), Is.SameAs(keys));
            Assert.That(cache.For(other, Engine), Is.Not.SameAs(keys));
            Assert.That(cache.For(one, Engine.AsSpan(1)), Is.Not.SameAs(keys));
            Assert.That(one, Is.EqualTo(same).And.Not.EqualTo(other));
        });
    }

    [TestCase(null, AuthProtocol.None, null, PrivProtocol.None, null, "SNMP version 3 needs a user name")]
    [TestCase("123456789012345678901234567890123", AuthProtocol.None, null, PrivProtocol.None, null, "the user name is longer than 32 octets")]
    [TestCase("u", AuthProtocol.None, null, PrivProtocol.Des, "long enough", "privacy needs authentication: name an authentication protocol too")]
    [TestCase("u", AuthProtocol.Md5, null, PrivProtocol.None, null, "the authentication password is missing")]
    [TestCase("u", AuthProtocol.Md5, "1234567", PrivProtocol.None, null, "the authentication password is shorter than 8 characters, which the standard forbids")]
    [TestCase("u", AuthProtocol.Md5, "12345678", PrivProtocol.Aes128, "", "the privacy password is missing")]
    public void User_that_can_not_be_is_refused_with_its_reason(string? name, AuthProtocol auth, string? authPassword, PrivProtocol priv, string? privPassword, string reason) =>
        Assert.That(() => new SnmpUser(name!, auth, authPassword, priv, privPassword), Throws.ArgumentException.With.Message.EqualTo(reason));

    [Test]
    public void Passwords_stay_out_of_text() =>
        Assert.That(new SnmpUser("reader", AuthProtocol.Sha1, "s3cret-a", PrivProtocol.Aes128, "s3cret-p").ToString(), Is.EqualTo("reader SHA/AES"));

    [TestCase("sha-256", AuthProtocol.Sha256)]
    [TestCase("SHA", AuthProtocol.Sha1)]
    [TestCase("", AuthProtocol.None)]
    public void Names_of_protocols_are_read_as_people_write_them(string text, AuthProtocol expected)
    {
        Assert.That(UsmNames.TryParse(text, out AuthProtocol protocol));
        Assert.That(protocol, Is.EqualTo(expected));
        Assert.That(UsmNames.TryParse("SHA3", out protocol), Is.False);
    }
}
