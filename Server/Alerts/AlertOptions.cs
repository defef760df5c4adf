namespace CopyTrack.Server.Alerts;

/// <summary>How rules are looked at.</summary>
internal sealed record AlertOptions
{
    /// <summary><c>Alerts:RoundSeconds</c>: how often. A minute is what a person waits for without asking whether it works.</summary>
    public TimeSpan Every { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Devices in one read: some hundred reports of some kilobytes are a few megabytes.</summary>
    public int PageSize { get; init; } = 250;

    /// <summary>Devices looked at in one round; a larger fleet takes several. 5,000 a minute cost about 3 % of a core.</summary>
    public int Round { get; init; } = 5000;

    /// <summary><c>Alerts:HistoryDays</c>: how long alerts that are over are kept.</summary>
    public TimeSpan History { get; init; } = TimeSpan.FromDays(731);
}
