using System.Formats.Asn1;
using System.Text;
using CopyTrack.Identity.Ldap;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;

namespace CopyTrack.Identity.Tests.Ldap;

public sealed class FilterAndNameTests
{
    [TestCase("(uid=anna)", "A30B0403756964040461 6E6E61")]
    [TestCase("(objectClass=*)", "870B6F626A656374436C617373")]
    [TestCase("(!(a=b))", "A208A306040161040162")]
    [TestCase("(&(a=b)(c=d))", "A010A306040161040162A306040163040164")]
    [TestCase("(|(a>=1)(a<=2)(a~=3))", "A118A506040161040131A606040161040132A806040161040133")]
    [TestCase("(cn=a*b*c)", "A40F0402636E3009800161810162820163")]
    [TestCase("(cn=*b*)", "A4090402636E3003810162")]
    [TestCase("(a=\\28\\2a\\29)", "A30804016104032 82A29")]
    [TestCase("(u:1.2.840.113556.1.4.803:=2)", "A91E8116312E322E3834302E3131333535362E312E342E383033820175830132")]
    [TestCase("(o:dn:2.5.13.5:=x)", "A9138108322E352E31332E3582016F8301788401FF")]
    public void Filter_text_becomes_the_octets_of_the_protocol(string text, string hex) =>
        Assert.That(Convert.ToHexString(Encode(LdapFilter.Parse(text))), Is.EqualTo(hex.Replace(" ", "", StringComparison.Ordinal)));

    [TestCase("")]
    [TestCase("uid=anna")]
    [TestCase("(uid=anna")]
    [TestCase("(uid=anna))")]
    [TestCase("(&)")]
    [TestCase("(=x)")]
    [TestCase("(a=b(c)")]
    [TestCase("(a=\\zz)")]
    [TestCase("(a=\\2)")]
    [TestCase("(a>=*)")]
    [TestCase("(:=x)")]
    [TestCase("(a b=c)")]
    public void Filter_text_that_is_none_is_refused_with_the_place(string text) =>
        Assert.That(() => LdapFilter.Parse(text), Throws.TypeOf<FormatException>().With.Message.Contain("character"));

    [Test]
    public void Deep_filters_are_refused() =>
        Assert.That(() => LdapFilter.Parse(string.Concat(Enumerable.Repeat("(!", 100)) + "(a=b)" + new string(')', 100)), Throws.TypeOf<FormatException>());

    [Test]
    public void No_value_changes_the_meaning_of_a_filter() => Prop.ForAll<string?>(value =>
    {
        var text = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(value ?? ""));
        var direct = Encode(LdapFilter.Is("uid", text));
        return Encode(LdapFilter.Parse($"(uid={LdapFilter.Escape(text)})")).AsSpan().SequenceEqual(direct);
    }).QuickCheckThrowOnFailure();

    [Test]
    public void No_value_changes_the_structure_of_a_name() => Prop.ForAll<string?>(value =>
    {
        var text = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(value ?? ""));
        return text.Trim(' ').Length == 0 || (LdapDn.FirstValue(LdapDn.Child("cn", text, "dc=example")) == text
            && LdapDn.Realm(LdapDn.Child("cn", text, "dc=ad,dc=example")) == "AD.EXAMPLE");
    }).QuickCheckThrowOnFailure();

    [TestCase("uid=Anna,OU=People,dc=example", "UID=anna, ou=people,DC=Example")]
    [TestCase("cn=a\\2Cb,dc=x", "cn=A\\,B,dc=x")]
    [TestCase("cn=\"a,b\",dc=x", "cn=a\\,b,dc=x")]
    [TestCase("cn=a  b,dc=x", "cn=a b,dc=x")]
    [TestCase("cn=a+sn=b,dc=x", "sn=b+cn=a,dc=x")]
    [TestCase("cn=J\\c3\\bcrgen,dc=x", "cn=jürgen,dc=x")]
    public void Names_that_mean_the_same_have_one_key(string one, string other) => Assert.That(LdapDn.Key(one), Is.EqualTo(LdapDn.Key(other)));

    [TestCase("cn=a,cn=b,dc=x", "cn=a\\,cn=b,dc=x")]
    [TestCase("cn=a,dc=x", "cn=a,dc=y")]
    [TestCase("garbage", "garbage=")]
    public void Names_that_differ_have_other_keys(string one, string other) => Assert.That(LdapDn.Key(one), Is.Not.EqualTo(LdapDn.Key(other)));

    [TestCase("uid=anna,ou=people,dc=example,dc=org")]
    [TestCase(" UID = Anna Ames , OU=people, dc=x ")]
    [TestCase("cn=,dc=x")]
    [TestCase("cn=a@b.c/d?e!f$g%h&i'j(k)l*m-n:o[p]q^r`s{t|u}v~w,dc=x")]
    public void Plain_names_have_the_key_that_the_long_way_gives(string name)
    {
        var normal = new byte[name.Length];
        var length = PlainDn.Normalize(Encoding.UTF8.GetBytes(name), normal);
        Assert.That(length, Is.GreaterThanOrEqualTo(0));
        Assert.That(Encoding.UTF8.GetString(normal, 0, length), Is.EqualTo(LdapDn.Normal(name)));
    }

    [Test]
    public void Any_name_has_one_key_by_both_ways() => Prop.ForAll(
        Gen.Elements("uid=", "cn=", "ou", "=", ",", ", ", " ", "  ", "a", "B", "\\,", "\\2c", "+", "\"", ";", "#", "é", "\t", "dc=x").ListOf().Select(parts => string.Concat(parts)).ToArbitrary(),
        text =>
        {
            var octets = Encoding.UTF8.GetBytes(text);
            var normal = new byte[Math.Max(octets.Length, 1)];
            return PlainDn.Normalize(octets, normal) is var length && (length < 0 || Encoding.UTF8.GetString(normal, 0, length) == LdapDn.Normal(text)) && LdapDn.Key(octets)!.AsSpan().SequenceEqual(LdapDn.Key(text));
        }).QuickCheckThrowOnFailure();

    [Test]
    public void Names_are_read_or_refused_but_never_throw_otherwise() => Prop.ForAll<string?>(text => LdapDn.Key(text ?? "").Length == 16).QuickCheckThrowOnFailure();

    [TestCase("ldaps://dc1.example.org", "ldaps://dc1.example.org:636")]
    [TestCase("ldap://dc1:3890/", "ldap://dc1:3890")]
    [TestCase("ldaps://[::1]:7000", "ldaps://[::1]:7000")]
    [TestCase("http://dc1", null)]
    [TestCase("ldaps://user:pw@dc1", null)]
    [TestCase("dc1", null)]
    public void Server_addresses_are_read(string text, string? shown) => Assert.That(LdapServer.Parse(text)?.ToString(), Is.EqualTo(shown));

    private static byte[] Encode(LdapFilter filter)
    {
        var writer = new AsnWriter(AsnEncodingRules.BER);
        filter.Write(writer);
        return writer.Encode();
    }
}
