namespace CopyTrack.Server.Data.Fleet;

/// <summary>What is asked of the metered devices that somebody sees. The database answers, so that it is asked of all of them however many there are.</summary>
/// <param name="Find">A text in name, site, agent, serial number or address; null for all.</param>
/// <param name="State"><c>silent</c>, <c>stale</c> or <c>good</c>; null for all.</param>
/// <param name="StaleBefore">A device of which nothing came since is stale.</param>
/// <param name="Agent">Name of an agent; null for all.</param>
/// <param name="Reports">False: without what the devices said of themselves, which is long.</param>
public sealed record FleetQuestion(string? Find = null, string? State = null, DateTimeOffset StaleBefore = default, string? Agent = null, bool Reports = true)
{
    /// <summary>States that can be asked for.</summary>
    public static readonly string[] States = ["good", "silent", "stale"];

    /// <summary>Everything.</summary>
    public static readonly FleetQuestion All = new();

    /// <summary>True when it leaves something out.</summary>
    public bool IsNarrow => Find is not null || State is not null || Agent is not null;

    /// <summary>The text as names are folded.</summary>
    internal string? Text => Find is null ? null : NameFolding.Fold(Find);

    /// <summary>The text as a pattern of LIKE in which nothing but the text counts.</summary>
    internal string? Pattern => Text is null ? null : "%" + Text.Replace(@"\", @"\\", StringComparison.Ordinal).Replace("%", @"\%", StringComparison.Ordinal).Replace("_", @"\_", StringComparison.Ordinal) + "%";
}

/// <summary>A place in the list of metered devices: behind the device of this folded name that this agent meters.</summary>
public sealed record FleetPlace(string NameFolded, long AgentId)
{
    /// <summary>Before the first device.</summary>
    public static readonly FleetPlace Start = new("", 0);

    /// <summary>Behind a device, for all agents that meter it.</summary>
    public static FleetPlace BehindDevice(FleetDeviceRow row) => new(row.NameFolded, long.MaxValue);

    /// <summary>Behind a row.</summary>
    public static FleetPlace Behind(FleetDeviceRow row) => new(row.NameFolded, row.AgentId);
}
