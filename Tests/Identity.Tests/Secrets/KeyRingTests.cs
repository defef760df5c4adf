using CopyTrack.Identity.Secrets;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;

namespace CopyTrack.Identity.Tests.Secrets;

public sealed class KeyRingTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 8, 0, 0, TimeSpan.Zero);
    private static readonly HashKey Old = KeyRing.Generate("k1", Now.AddYears(-1));
    private static readonly HashKey New = KeyRing.Generate("k2", Now);

    [Test]
    public void Hash_is_made_with_the_newest_key_and_found_under_all_live_ones()
    {
        KeyedHash before = new KeyRing([Old], Now).Hash(HashKinds.Card, 1, "04A2");
        KeyRing ring = new([Old, New], Now);
        Assert.That(ring.NewestKeyId, Is.EqualTo("k2"));
        Assert.That(ring.Hash(HashKinds.Card, 1, "04A2").KeyId, Is.EqualTo("k2"));
        Assert.That(ring.Candidates(HashKinds.Card, 1, "04A2").Select(c => (c.KeyId, Hex: Convert.ToHexString(c.Hash.Span))),
            Has.Some.EqualTo((before.KeyId, Convert.ToHexString(before.Hash.Span))));
        Assert.That(ring.Verify(before, HashKinds.Card, 1, "04A2"), Is.EqualTo(HashMatch.Old));
        Assert.That(ring.Verify(ring.Hash(HashKinds.Card, 1, "04A2"), HashKinds.Card, 1, "04A2"), Is.EqualTo(HashMatch.Yes));
    }

    [Test]
    public void Hash_of_a_retired_key_matches_nothing()
    {
        KeyedHash before = new KeyRing([Old], Now).Hash(HashKinds.Pin, 1, "482915");
        KeyRing ring = new([Old with { RetiredAt = Now }, New], Now);
        Assert.That(ring.Verify(before, HashKinds.Pin, 1, "482915"), Is.EqualTo(HashMatch.No));
        Assert.That(ring.LiveKeyIds, Is.EqualTo(["k2"]));
    }

    [Test]
    public void Hash_differs_by_kind_organisation_and_value()
    {
        KeyRing ring = new([New], Now);
        Prop.ForAll<NonNull<string>, long, NonNull<string>>((value, organisation, other) =>
        {
            KeyedHash hash = ring.Hash(HashKinds.Card, organisation, value.Get);
            return ring.Verify(hash, HashKinds.Card, organisation, value.Get) == HashMatch.Yes
                && ring.Verify(hash, HashKinds.Pin, organisation, value.Get) == HashMatch.No
                && ring.Verify(hash, HashKinds.Card, unchecked(organisation + 1), value.Get) == HashMatch.No
                && (value.Get == other.Get || ring.Verify(hash, HashKinds.Card, organisation, value.Get + "x") == HashMatch.No);
        }).QuickCheckThrowOnFailure();
    }

    [Test]
    public void Hash_is_hmac_sha_256_over_kind_organisation_and_value()
    {
        HashKey key = new("k", new byte[32], Now);
        byte[] message = [4, .. "card"u8, 0, 0, 0, 0, 0, 0, 0, 1, .. "04A2"u8];
        Assert.That(new KeyRing([key], Now).Hash(HashKinds.Card, 1, "04A2").Hash.ToArray(),
            Is.EqualTo(System.Security.Cryptography.HMACSHA256.HashData(new byte[32], message)));
    }

    [Test]
    public void Ring_is_refused_without_a_live_key_with_a_weak_one_or_with_equal_ids()
    {
        Assert.That(() => new KeyRing([], Now), Throws.ArgumentException);
        Assert.That(() => new KeyRing([Old with { RetiredAt = Now.AddDays(-1) }], Now), Throws.ArgumentException);
        Assert.That(() => new KeyRing([new HashKey("k", new byte[8], Now)], Now), Throws.ArgumentException);
        Assert.That(() => new KeyRing([Old, New with { Id = "k1" }], Now), Throws.ArgumentException);
    }

    [Test]
    public void Key_keeps_its_material_out_of_texts() => Assert.That(New.ToString(), Is.EqualTo("HashKey { Id = k2 }"));
}
