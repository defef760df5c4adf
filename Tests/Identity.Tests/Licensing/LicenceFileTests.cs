using System.Security.Cryptography;
using CopyTrack.Identity.Licensing;
using CopyTrack.Identity.Login;
using CopyTrack.Identity.Rights;
using NUnit.Framework;

namespace CopyTrack.Identity.Tests.Licensing;

public sealed class LicenceFileTests
{
    private static readonly DateTimeOffset From = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly Entitlement Year = new("L-1", "Example", From, From.AddYears(1));

    [Test]
    public void A_signed_file_says_what_was_signed_and_holds_in_its_time()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var outcome = LicenceFile.Read(LicenceFile.Write(Year, key), key);
        Assert.That(outcome, Is.EqualTo(new LicenceOutcome.Good(Year)));
        Assert.That((Year.Holds(From.AddTicks(-1)), Year.Holds(From), Year.Holds(From.AddYears(1))), Is.EqualTo((false, true, false)));
    }

    [Test]
    public void Another_key_and_any_changed_sign_is_refused()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var text = LicenceFile.Write(Year, key);
        Assert.That(LicenceFile.Read(text, other), Is.TypeOf<LicenceOutcome.Bad>());
        for (var i = 0; i < text.Length; i++)
        {
            // The last sign of a line may have bits that say nothing; a refused form and a refused signature are both fine, only another claim is not.
            var changed = text[..i] + (text[i] == 'A' ? 'B' : 'A') + text[(i + 1)..];
            Assert.That(LicenceFile.Read(changed, key), Is.TypeOf<LicenceOutcome.Bad>().Or.EqualTo(new LicenceOutcome.Good(Year)), $"sign {i}");
        }
    }

    [TestCase("")]
    [TestCase("e30\n")]
    [TestCase("a\nb\nc\n")]
    [TestCase("\uD800\n\u0000\n")]
    public void What_is_no_licence_is_refused_with_a_reason(string text)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Assert.That((LicenceFile.Read(text, key) as LicenceOutcome.Bad)?.Reason, Is.Not.Empty);
        Assert.That(LicenceFile.Read(new string('A', 1_000_000), key), Is.TypeOf<LicenceOutcome.Bad>());
    }

    [Test]
    public void Signed_claims_that_are_none_are_refused()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        foreach (var claims in new[] { "{}", "[]", "5", "{\"feature\":\"other\",\"id\":\"x\",\"customer\":\"y\",\"from\":\"2026-01-01T00:00:00Z\"}", "{\"feature\":\"copyTracking\",\"id\":5}", "{" })
        {
            var bytes = System.Text.Encoding.UTF8.GetBytes(claims);
            var text = System.Buffers.Text.Base64Url.EncodeToString(bytes) + "\n"
                + System.Buffers.Text.Base64Url.EncodeToString(key.SignData(bytes, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation));
            Assert.That(LicenceFile.Read(text, key), Is.TypeOf<LicenceOutcome.Bad>(), claims);
        }
    }

    [Test]
    public void Without_a_licence_copying_is_not_offered_and_whoever_may_only_copy_is_told_so()
    {
        Assert.That(RightsResolver.Resolve(new RightsInput { CopyLicensed = false }).Functions, Is.EqualTo(DeviceFunctions.Scan | DeviceFunctions.Fax | DeviceFunctions.Print));
        Assert.That(Decide(new RightsInput { Person = DeviceFunctions.CopyColor, CopyLicensed = false }), Is.EqualTo(LoginDenial.MethodNotOffered));
        Assert.That(Decide(new RightsInput { Person = DeviceFunctions.None, CopyLicensed = false }), Is.EqualTo(LoginDenial.NotPermitted));
    }

    [Test]
    public void Without_credit_copying_is_refused_and_the_rest_goes_on()
    {
        Assert.That(RightsResolver.Resolve(new RightsInput { HasCredit = false }).Functions, Is.EqualTo(DeviceFunctions.Scan | DeviceFunctions.Fax | DeviceFunctions.Print));
        Assert.That(Decide(new RightsInput { Person = DeviceFunctions.Copy, HasCredit = false }), Is.EqualTo(LoginDenial.NotPermitted));
    }

    private static LoginDenial? Decide(RightsInput rights) =>
        (LoginPolicy.Decide(new LoginFacts { Method = LoginMethod.Card, Offered = true, Person = new LoginPerson { Id = 1, Enabled = true, Rights = rights } }, From) as LoginDecision.Denied)?.Code;
}
