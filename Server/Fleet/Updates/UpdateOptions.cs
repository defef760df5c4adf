using System.Globalization;

namespace CopyTrack.Server.Fleet.Updates;

/// <summary>How the server itself is updated (section <c>Updates</c> of the configuration).</summary>
internal sealed record UpdateOptions
{
    /// <summary>Modes: by the verb alone; on an administrator's word; by itself in the hours given.</summary>
    public const string Off = "off", Manual = "manual", Automatic = "automatic";

    /// <summary>The hours in which fewest people copy.</summary>
    public const string DefaultHours = "02:00-05:00";

    /// <summary>One of the modes. <c>manual</c>: nobody's service ends without their word.</summary>
    public string Mode { get; init; } = Manual;

    /// <summary>Where packages are put by the page, an operator or a mirror.</summary>
    public string Folder { get; init; } = "updates";

    /// <summary>When versions are installed by themselves, by the site's clocks.</summary>
    public HoursOfDay Hours { get; init; } = HoursOfDay.TryParse(DefaultHours)!;

    /// <summary>In this time a new version must be ready; else the one before runs again. Ten minutes are enough to migrate some gigabytes.</summary>
    public TimeSpan Trial { get; init; } = TimeSpan.FromMinutes(10);
}

/// <summary>A part of each day, from one time to another, perhaps over midnight; the end is not in it.</summary>
internal sealed record HoursOfDay(TimeOnly From, TimeOnly To)
{
    private const string Format = "HH':'mm";

    /// <summary>Reads <c>02:00-05:00</c>; null for anything else, and for two times that are the same.</summary>
    public static HoursOfDay? TryParse(string text) =>
        text.Split('-') is [var from, var to] && TimeOnly.TryParseExact(from.Trim(), Format, CultureInfo.InvariantCulture, DateTimeStyles.None, out var begin)
        && TimeOnly.TryParseExact(to.Trim(), Format, CultureInfo.InvariantCulture, DateTimeStyles.None, out var end) && begin != end ? new HoursOfDay(begin, end) : null;

    /// <summary>True when a time by the clock is in it.</summary>
    public bool Contains(TimeOnly time) => time.IsBetween(From, To);

    /// <inheritdoc/>
    public override string ToString() => $"{From.ToString(Format, CultureInfo.InvariantCulture)}-{To.ToString(Format, CultureInfo.InvariantCulture)}";
}
