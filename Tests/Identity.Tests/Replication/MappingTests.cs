using CopyTrack.Identity.Cards;
using CopyTrack.Identity.Ldap;
using CopyTrack.Identity.Replication;
using NUnit.Framework;

namespace CopyTrack.Identity.Tests.Replication;

public sealed class MappingTests
{
    private static readonly DateTimeOffset s_now = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);

    [Test]
    public void Alternatives_and_parts_make_a_text()
    {
        var text = AttributeText.Parse("displayName|{givenName} {sn}|cn");
        Assert.That(text.Of(LdapEntry.Of("x", ("displayName", [" Anna "]), ("cn", ["c"])), null), Is.EqualTo("Anna"));
        Assert.That(text.Of(LdapEntry.Of("x", ("givenName", ["Anna"]), ("sn", ["Ames"])), null), Is.EqualTo("Anna Ames"));
        Assert.That(text.Of(LdapEntry.Of("x", ("givenName", ["Anna"]), ("cn", ["c"])), null), Is.EqualTo("c"), "half a name is none");
        Assert.That(AttributeText.Parse("{uid}@{realm}").Of(LdapEntry.Of("x", ("uid", ["a"])), "R"), Is.EqualTo("a@R"));
        Assert.That(text.Attributes, Is.EquivalentTo(["displayName", "givenName", "sn", "cn"]));
        Assert.That(() => AttributeText.Parse("{}"), Throws.TypeOf<FormatException>());
        Assert.That(() => AttributeText.Parse("{a"), Throws.TypeOf<FormatException>());
        Assert.That(() => AttributeText.Parse("a b"), Throws.TypeOf<FormatException>());
    }

    [Test]
    public void Cards_go_through_the_rule_and_bad_ones_are_told_without_their_number()
    {
        var map = PersonMap.InetOrgPerson with { Cards = ["pager", "roomNumber"], CardRule = ((CardRuleOutcome.Good)CardRule.Parse("hex2dec")).Rule };
        var person = Person(LdapEntry.Of("uid=a,dc=x", ("uid", ["a"]), ("pager", ["AA:BB:00:11", "zz-secret"]), ("roomNumber", ["aabb0011", "FF"])), map);
        Assert.That(person.Cards, Is.EqualTo(["2864381969", "255"]));
        Assert.That(person.Faults, Is.EqualTo(["a value of pager is no card number"]));
    }

    [Test]
    public void Wrong_types_are_left_out_and_told()
    {
        var entry = LdapEntry.OfBytes("uid=a,dc=x", ("uid", [[0x61]]), ("mail", [[0xFF, 0xFE]]), ("displayName", ["a\u0007b"u8.ToArray()]), ("departmentNumber", [new byte[300].Select(_ => (byte)'x').ToArray()]));
        var person = Person(entry, PersonMap.InetOrgPerson);
        Assert.That(person.Texts.Take(3), Is.EqualTo(new string?[] { null, null, null }));
        Assert.That(person.Faults, Is.EquivalentTo(["displayName contains a control character", "department is longer than 256 characters"]));
    }

    [Test]
    public void Further_principals_stand_beside_the_first()
    {
        var entry = LdapEntry.OfBytes("cn=a,dc=x", ("sAMAccountName", ["anna"u8.ToArray()]), ("userPrincipalName", ["Anna.Ames@ad.example"u8.ToArray()]), ("objectSid", [Sid(1000)]), ("primaryGroupID", ["513"u8.ToArray()]));
        var person = Person(entry, PersonMap.ActiveDirectory with { Realm = "AD.EXAMPLE" });
        Assert.That(person.Texts[^1], Is.EqualTo("anna@AD.EXAMPLE"));
        Assert.That(person.OtherPrincipals, Is.EqualTo(["Anna.Ames@AD.EXAMPLE"]));
        Assert.That(person.PrimaryGroup, Is.EqualTo(Sid(513)));
        var map = PersonMap.InetOrgPerson;
        person = Person(LdapEntry.Of("x", ("uid", ["a"]), ("krbCanonicalName", ["a@X"]), ("krbPrincipalName", ["b@X", "a@X", "c@Y"])), map);
        Assert.That((person.Texts[^1], string.Join(' ', person.OtherPrincipals)), Is.EqualTo(("a@X", "b@X c@Y")));
        person = Person(LdapEntry.Of("x", ("uid", ["a"]), ("krbPrincipalName", [.. Enumerable.Range(0, 20).Select(i => $"a{i}@X")])), map);
        Assert.That((person.OtherPrincipals.Length, person.Faults.Single()), Is.EqualTo((16, "more than 16 principals")));

        static byte[] Sid(uint last) => [1, 2, 0, 0, 0, 0, 0, 5, 21, 0, 0, 0, .. BitConverter.GetBytes(last)];
    }

    [TestCase("anna@ad.example", "AD.EXAMPLE", "anna@AD.EXAMPLE")]
    [TestCase("anna@mail.example", "AD.EXAMPLE", "anna\\@mail.example@AD.EXAMPLE")]
    [TestCase("admin@OTHER.REALM", "AD.EXAMPLE", "admin\\@OTHER.REALM@AD.EXAMPLE")]
    [TestCase("anna", "AD.EXAMPLE", null)]
    [TestCase("anna@ad.example", null, null)]
    public void User_principal_name_is_always_one_of_its_own_realm(string name, string? realm, string? expected) => Assert.That(TicketName.Of(name, realm), Is.EqualTo(expected));

    [TestCase("objectSid", "nonsense")]
    [TestCase("primaryGroupID", "-1")]
    public void Primary_group_of_a_wrong_type_is_none(string attribute, string value) =>
        Assert.That(SecurityId.PrimaryGroup(LdapEntry.Of("x", ("primaryGroupID", ["513"]), (attribute, [value]))), Is.Null);

    [Test]
    public void Memberships_of_a_listing_are_kept_up_to_their_bound()
    {
        var index = new MemberIndex();
        for (var i = 0; i < MemberIndex.Max; i++)
        {
            index.Add((UInt128)(i / 2), i);
        }

        var found = new List<long>();
        index.Find(7, found);
        Assert.That(found, Is.EquivalentTo([14L, 15L]));
        Assert.That((index.IsFull, index.IsWhole, index.Count, index.Members()[^1]), Is.EqualTo((true, true, MemberIndex.Max / 2, (UInt128)(MemberIndex.Max / 2) - 1)));
        Assert.Throws<InvalidOperationException>(() => index.Add(1, 1));
        index.Clear();
        index.Add(7, 1);
        found.Clear();
        index.Find(7, found);
        Assert.That((index.IsFull, index.IsWhole, index.Count), Is.EqualTo((false, false, 1)));
        Assert.That(found, Is.EqualTo([1L]));
    }

    [Test]
    public void Groups_nested_without_end_are_cut_and_not_kept()
    {
        const int count = 20_000;
        var graph = new GroupGraph(Enumerable.Range(0, count).Select(i => ((long)i, $"g{i:D5}", (byte[]?)null)), Enumerable.Range(0, count).Select(i => ((long)i, (long)((i + 1) % count))));
        for (var i = 0; i < 100; i++)
        {
            Assert.That(graph.NamesOf([i]), Has.Length.EqualTo(GroupGraph.MaxOfPerson));
        }
    }

    [TestCase("")]
    [TestCase("a;b")]
    [TestCase("a\u0000b")]
    public void Entry_without_a_usable_name_is_nobody(string name) => Assert.That(
        PersonMapping.Map(LdapEntry.Of("x", ("uid", [name])), new byte[16], new byte[16], PersonMap.InetOrgPerson, s_now), Is.TypeOf<MapOutcome.Unusable>());

    [TestCase("userAccountControl", "514", "disabled")]
    [TestCase("userAccountControl", "512", null)]
    [TestCase("accountExpires", "128271382742968750", "expired")]
    [TestCase("accountExpires", "0", null)]
    [TestCase("accountExpires", "9223372036854775807", null)]
    [TestCase("nsAccountLock", "true", "disabled")]
    [TestCase("pwdAccountLockedTime", "000001010000Z", "locked")]
    [TestCase("pwdAccountLockedTime", "20260101000000Z", null)]
    [TestCase("shadowExpire", "1", "expired")]
    [TestCase("shadowExpire", "-1", null)]
    [TestCase("shadowExpire", "99999", null)]
    [TestCase("krbPrincipalExpiration", "20200101000000Z", "expired")]
    [TestCase("userAccountControl", "rubbish", null)]
    public void State_of_the_account_is_read(string attribute, string value, string? state) =>
        Assert.That(Person(LdapEntry.Of("x", ("uid", ["a"]), (attribute, [value])), PersonMap.InetOrgPerson).Inactive, Is.EqualTo(state));

    [Test]
    public void Ids_are_read_from_every_form()
    {
        Assert.That(EntryId.Of(LdapEntry.Of("x", ("entryUUID", ["00112233-4455-6677-8899-aabbccddeeff"])), "entryUUID"), Is.EqualTo(Convert.FromHexString("00112233445566778899AABBCCDDEEFF")));
        Assert.That(EntryId.Of(LdapEntry.OfBytes("x", ("objectGUID", [new byte[16]])), "objectGUID"), Is.EqualTo(new byte[16]));
        Assert.That(EntryId.Of(LdapEntry.OfBytes("x", ("objectGUID", [new byte[15]])), "objectGUID"), Is.Null);
        Assert.That(EntryId.Of(LdapEntry.Of("x", ("entryUUID", ["nonsense"])), "entryUUID"), Is.Null);
        Assert.That(EntryId.Show(Convert.FromHexString("00112233445566778899AABBCCDDEEFF")), Is.EqualTo("00112233-4455-6677-8899-aabbccddeeff"));
    }

    [Test]
    public void Nested_groups_and_circles_are_followed_once()
    {
        var graph = new GroupGraph([(1, "a", null), (2, "b", null), (3, "c", null), (4, "d", null)], [(1, 2), (2, 3), (3, 1), (4, 4), (9, 1)]);
        Assert.That(graph.NamesOf([1]), Is.EqualTo(["a", "b", "c"]));
        Assert.That(graph.NamesOf([3, 4, 77]), Is.EqualTo(["a", "b", "c", "d"]));
    }

    [TestCase(100, 100, 10, 10, 500, false)]
    [TestCase(100, 100, 11, 10, 500, true)]
    [TestCase(10_000, 9_000, 501, 10, 500, true)]
    [TestCase(10, 0, 10, 100, 500, true)]
    [TestCase(10, 0, 0, 0, 0, false)]
    [TestCase(10, 9, 1, 0, 500, true)]
    public void Removal_has_limits(long active, long found, long gone, int percent, int count, bool refused) =>
        Assert.That(RemovalRule.Refusal(active, found, gone, new RemovalLimits { Percent = percent, Count = count }) is not null, Is.EqualTo(refused));

    [Test]
    public void Allowance_does_not_cover_an_empty_directory()
    {
        Assert.That(RemovalRule.Refusal(10, 5, 9, new RemovalLimits { Percent = 1, Allowed = true }), Is.Null);
        Assert.That(RemovalRule.Refusal(10, 0, 10, new RemovalLimits { Percent = 1, Allowed = true }), Is.Not.Null);
    }

    private static DirectoryPerson Person(LdapEntry entry, PersonMap map) => ((MapOutcome.Person)PersonMapping.Map(entry, new byte[16], new byte[16], map, s_now)).Value;
}
