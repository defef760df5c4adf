using System.Collections.Immutable;

namespace CopyTrack.Identity.Rights;

/// <summary>All that decides what one person may do at one device through one terminal.</summary>
public sealed record RightsInput
{
    /// <summary>The person's own functions; null when none are set for them.</summary>
    public DeviceFunctions? Person { get; init; }

    /// <summary>Functions of the person's groups; groups that set none are not listed.</summary>
    public ImmutableArray<DeviceFunctions> Groups { get; init; } = [];

    /// <summary>The site's default (<c>Rights:DefaultFunctions</c>).</summary>
    public DeviceFunctions SiteDefault { get; init; } = DeviceFunctions.All;

    /// <summary>Functions that the device offers; null means all.</summary>
    public DeviceFunctions? Device { get; init; }

    /// <summary>Whether the device can make colour; null when nobody knows.</summary>
    public bool? DeviceColor { get; init; }

    /// <summary>True when the terminal unlocks by a cable that can't tell colour from black.</summary>
    public bool CableBlindToColor { get; init; }

    /// <summary>What <c>Rights:CableColor</c> says: true for allow.</summary>
    public bool CableColorAllowed { get; init; }

    /// <summary>False while copy tracking is not licensed: copying is then not offered at terminals, and nobody's right.</summary>
    public bool CopyLicensed { get; init; } = true;

    /// <summary>False when a hard limit of the person's is used up: copying is refused until the next period or a higher limit.</summary>
    public bool HasCredit { get; init; } = true;
}

/// <summary>What a person may do; colour pages are to be flagged where the cable can't keep them off.</summary>
public readonly record struct EffectiveRights(DeviceFunctions Functions, bool FlagColor);

/// <summary>Resolves rights: the person's own, else the union of the groups', else the site's default; then what the device can do.</summary>
public static class RightsResolver
{
    /// <summary>The effective functions; none means that the login is answered with notPermitted.</summary>
    public static EffectiveRights Resolve(RightsInput input)
    {
        DeviceFunctions granted = FunctionNames.Complete(input.Person ?? OfGroups(input.Groups) ?? input.SiteDefault);
        DeviceFunctions offered = FunctionNames.Complete(input.Device ?? DeviceFunctions.All);
        bool blind = input.CableBlindToColor && input.DeviceColor != false && (offered & DeviceFunctions.CopyColor) != 0;
        bool mayColor = (granted & DeviceFunctions.CopyColor) != 0;
        if (blind && !mayColor && !input.CableColorAllowed)
        {
            return new EffectiveRights(DeviceFunctions.None, false);
        }
        DeviceFunctions able = input.DeviceColor == false ? offered & ~DeviceFunctions.CopyColor : offered;
        DeviceFunctions effective = granted & able & ~Withheld(input);
        return new EffectiveRights(effective, blind && !mayColor && effective != DeviceFunctions.None);
    }

    /// <summary>True when copying was all that there was to grant, and it is not offered for lack of a licence.</summary>
    public static bool IsOnlyUnlicensed(RightsInput input) => !input.CopyLicensed && Resolve(input).Functions == DeviceFunctions.None && Resolve(input with { CopyLicensed = true }).Functions != DeviceFunctions.None;

    private static DeviceFunctions Withheld(RightsInput input) => input is { CopyLicensed: true, HasCredit: true } ? DeviceFunctions.None : DeviceFunctions.Copy | DeviceFunctions.CopyColor;

    private static DeviceFunctions? OfGroups(ImmutableArray<DeviceFunctions> groups) =>
        groups.IsEmpty ? null : groups.Aggregate(DeviceFunctions.None, (all, one) => all | one);
}
