namespace CopyTrack.Agent.Updates;

/// <summary>How the agent is updated (docs/fleet.md §13).</summary>
public sealed record AgentUpdateSettings
{
    /// <summary>Modes: never asks; asks, and installs when the owner says so; asks and installs.</summary>
    public const string Off = "off", Manual = "manual", Automatic = "automatic";

    /// <summary>One of the modes. <c>manual</c>: nothing changes at a site without its owner's word.</summary>
    public string Mode { get; set; } = Manual;

    /// <summary>Seconds between two questions for an update.</summary>
    public int CheckSeconds { get; set; } = 3600;

    /// <summary>Seconds in which a new version must have read the devices and heard from the manager; else it is rolled back. Ten minutes are two rounds of reading.</summary>
    public int TrialSeconds { get; set; } = 600;

    /// <summary>Seconds until a version that was rolled back is tried again, three times as long after the second time.</summary>
    public int PauseSeconds { get; set; } = 3600;

    internal string? Fault() =>
        Mode is not (Off or Manual or Automatic) ? "mode: off, manual or automatic"
        : CheckSeconds is < 1 or > 604_800 ? "checkSeconds: from 1 to 604800"
        : TrialSeconds is < 1 or > 86_400 ? "trialSeconds: from 1 to 86400"
        : PauseSeconds is < 0 or > 604_800 ? "pauseSeconds: from 0 to 604800"
        : null;
}
