using System.Text;
using CopyTrack.Identity.SecondStep;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;

namespace CopyTrack.Identity.Tests.SecondStep;

public sealed class TotpTests
{
    private static readonly byte[] s_secret = Encoding.ASCII.GetBytes("12345678901234567890");
    private static readonly DateTimeOffset s_now = DateTimeOffset.FromUnixTimeSeconds(1111111109);

    /// <summary>RFC 6238 appendix B, the rows of SHA-1.</summary>
    [TestCase(59L, "94287082")]
    [TestCase(1111111109L, "07081804")]
    [TestCase(1111111111L, "14050471")]
    [TestCase(1234567890L, "89005924")]
    [TestCase(2000000000L, "69279037")]
    [TestCase(20000000000L, "65353130")]
    public void Codes_are_those_of_the_RFC(long seconds, string code)
    {
        var step = Totp.StepOf(DateTimeOffset.FromUnixTimeSeconds(seconds));
        Assert.That(Totp.Code(s_secret, step, 8), Is.EqualTo(code));
        Assert.That(Totp.Code(s_secret, step), Is.EqualTo(code[2..]));
    }

    [TestCase(-2, false)]
    [TestCase(-1, true)]
    [TestCase(0, true)]
    [TestCase(1, true)]
    [TestCase(2, false)]
    public void Code_is_taken_one_step_early_or_late_and_no_further(int away, bool taken)
    {
        var step = Totp.StepOf(s_now) + away;
        Assert.That(Totp.Match(s_secret, Totp.Code(s_secret, step), s_now, null), Is.EqualTo(taken ? step : (long?)null));
    }

    [Test]
    public void Code_of_a_used_step_or_an_earlier_one_is_refused()
    {
        var step = Totp.StepOf(s_now);
        Assert.That(Totp.Match(s_secret, Totp.Code(s_secret, step), s_now, step), Is.Null);
        Assert.That(Totp.Match(s_secret, Totp.Code(s_secret, step - 1), s_now, step), Is.Null);
        Assert.That(Totp.Match(s_secret, Totp.Code(s_secret, step + 1), s_now, step), Is.EqualTo(step + 1));
    }

    [TestCase("081 804", true)]
    [TestCase(" 081804 ", true)]
    [TestCase("81804", false)]
    [TestCase("0818045", false)]
    [TestCase("08180a", false)]
    [TestCase("٠٨١٨٠٤", false)]
    [TestCase("", false)]
    public void Code_is_six_digits_with_blanks_wherever(string typed, bool taken) => Assert.That(Totp.Match(s_secret, typed, s_now, null), taken ? Is.Not.Null : Is.Null);

    [Test]
    public void No_text_breaks_the_check() => Prop.ForAll<string>(text => Totp.Match(s_secret, text ?? "", s_now, null) is null or > 0).QuickCheckThrowOnFailure();

    [TestCase("", "")]
    [TestCase("f", "MY")]
    [TestCase("fo", "MZXQ")]
    [TestCase("foo", "MZXW6")]
    [TestCase("foob", "MZXW6YQ")]
    [TestCase("fooba", "MZXW6YTB")]
    [TestCase("foobar", "MZXW6YTBOI")]
    public void Base_32_is_that_of_RFC_4648(string text, string expected) => Assert.That(Base32.Encode(Encoding.ASCII.GetBytes(text)), Is.EqualTo(expected));

    [Test]
    public void Key_for_the_authenticator_keeps_hostile_names_inside() => Assert.That(
        Totp.KeyText("CopyTrack", "a&secret=AA?/ü", s_secret),
        Is.EqualTo("otpauth://totp/CopyTrack:a%26secret%3DAA%3F%2F%C3%BC?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=CopyTrack"));

    [Test]
    public void Recovery_codes_are_ten_that_differ_and_are_known_however_they_are_typed()
    {
        var codes = RecoveryCode.Generate();
        Assert.That(codes, Has.Count.EqualTo(10).And.Unique);
        Assert.That(RecoveryCode.Hash(codes[0].ToLowerInvariant().Replace('-', ' ')), Is.EqualTo(RecoveryCode.Hash(codes[0])));
        Assert.That(RecoveryCode.Hash(codes[0][..^1]), Is.Null);
        Assert.That(RecoveryCode.Hash("123456"), Is.Null, "a code of the authenticator is no recovery code");
    }
}
