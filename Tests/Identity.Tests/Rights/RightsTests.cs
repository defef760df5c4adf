using CopyTrack.Identity.Rights;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;
using static CopyTrack.Identity.Rights.DeviceFunctions;

namespace CopyTrack.Identity.Tests.Rights;

public sealed class RightsTests
{
    [Test]
    public void Own_functions_win_over_groups_and_site() =>
        Assert.That(Functions(new() { Person = Scan, Groups = [Copy], SiteDefault = All }), Is.EqualTo(Scan));

    [Test]
    public void Groups_add_up_and_win_over_the_site() =>
        Assert.That(Functions(new() { Groups = [Copy, Scan], SiteDefault = All }), Is.EqualTo(Copy | Scan));

    [Test]
    public void Site_default_counts_when_nothing_else_is_set() => Assert.That(Functions(new() { SiteDefault = Copy }), Is.EqualTo(Copy));

    [Test]
    public void Device_limits_what_a_person_may_do() => Assert.That(Functions(new() { Device = Copy | Print }), Is.EqualTo(Copy | Print));

    [Test]
    public void Colour_brings_black_copies_and_goes_at_a_black_device() =>
        Assert.That(Functions(new() { Person = CopyColor, DeviceColor = false }), Is.EqualTo(Copy));

    [Test]
    public void Person_who_was_given_nothing_may_do_nothing() => Assert.That(Functions(new() { Person = None }), Is.EqualTo(None));

    [TestCase(true, null, false, None, false)]
    [TestCase(true, true, false, None, false)]
    [TestCase(true, true, true, Copy, true)]
    [TestCase(true, false, false, Copy, false)]
    [TestCase(false, true, false, Copy, false)]
    public void Cable_that_cannot_tell_colour_unlocks_without_colour_right_only_when_allowed(bool blind, bool? color, bool allowed, DeviceFunctions functions, bool flag) =>
        Assert.That(RightsResolver.Resolve(new() { Person = Copy, CableBlindToColor = blind, DeviceColor = color, CableColorAllowed = allowed }),
            Is.EqualTo(new EffectiveRights(functions, flag)));

    [Test]
    public void Cable_unlocks_who_has_the_colour_right() =>
        Assert.That(RightsResolver.Resolve(new() { CableBlindToColor = true, DeviceColor = true }), Is.EqualTo(new EffectiveRights(All, false)));

    [Test]
    public void Result_never_exceeds_what_device_and_grants_allow() =>
        Prop.ForAll(Gen.Choose(0, 31).ArrayOf(4).ToArbitrary(), masks =>
        {
            RightsInput input = new() { Groups = [(DeviceFunctions)masks[0]], SiteDefault = (DeviceFunctions)masks[1], Device = (DeviceFunctions)masks[2], DeviceColor = masks[3] % 2 == 0, CableBlindToColor = masks[3] > 15 };
            DeviceFunctions result = Functions(input);
            return (result & ~FunctionNames.Complete((DeviceFunctions)masks[2])) == 0
                && (result & ~FunctionNames.Complete((DeviceFunctions)masks[0])) == 0
                && FunctionNames.Complete(result) == result;
        }).QuickCheckThrowOnFailure();

    [Test]
    public void Names_read_back()
    {
        Assert.That(FunctionNames.TryParse("scan; CopyColor;;", out DeviceFunctions functions, out _), Is.True);
        Assert.That(FunctionNames.Format(functions), Is.EqualTo("copy;copyColor;scan"));
        Assert.That(FunctionNames.TryParse("copy;staple", out _, out string? unknown), Is.False);
        Assert.That(unknown, Is.EqualTo("staple"));
    }

    private static DeviceFunctions Functions(RightsInput input) => RightsResolver.Resolve(input).Functions;
}
