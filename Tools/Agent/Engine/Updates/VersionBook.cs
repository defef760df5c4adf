using System.Collections.Immutable;
using CopyTrack.Accounting.Fleet.Updates;

namespace CopyTrack.Agent.Updates;

/// <summary>A version on trial: how often it was started, and how often it ended by itself while somebody watched. The rest are power cuts, or a machine that the version brought down.</summary>
public sealed record VersionTrial(string Version, int Starts, int Ends);

/// <summary>A version that was rolled back: how often, when last, and why.</summary>
public sealed record FailedVersion(string Version, int Times, DateTimeOffset At, string Reason);

/// <summary>
/// What the agent knows of its versions; it is kept in the state folder, so that another installation on the same folder knows it too. All decisions about versions are here, and none does
/// anything but give the next book.
/// </summary>
public sealed record VersionBook
{
    /// <summary>Starts and ends of one trial, and trials of one version, before it is given up.</summary>
    public const int MostStarts = 10, MostEnds = 3, MostTrials = 3;

    private const int MostFailed = 20;

    /// <summary>The highest version that ever ran here and reported: nothing below it is taken any more.</summary>
    public string? Floor { get; init; }

    /// <summary>The version of the folder that is run in place of the installed one; null: the installed one.</summary>
    public string? Current { get; init; }

    /// <summary>The version that has to show that it works; null without.</summary>
    public VersionTrial? Trial { get; init; }

    /// <summary>Versions that were rolled back.</summary>
    public ImmutableArray<FailedVersion> Failed { get; init; } = [];

    /// <summary>What to run, seen from a program of version <paramref name="own"/>.</summary>
    public LaunchStep Next(ReleaseVersion own) => Trial is { } trial && ReleaseVersion.TryParse(trial.Version, out var tried)
        ? trial.Ends >= MostEnds || trial.Starts >= MostStarts ? new LaunchStep.GiveUp(tried, $"it ended {Math.Max(trial.Starts, trial.Ends)} times before it had reported") : new LaunchStep.Try(tried)
        : Version(Current) is { } current && current > own ? new LaunchStep.Become(current) : new LaunchStep.Run();

    /// <summary>Why a version is not taken, in words; null when it is.</summary>
    public string? Refusal(ReleaseVersion wanted, ReleaseVersion own, DateTimeOffset now, TimeSpan pause)
    {
        if (wanted <= own)
        {
            return $"version {wanted} is not above {own}, which runs";
        }

        if (Version(Floor) is { } floor && wanted < floor)
        {
            return $"version {wanted} is below {floor}, which ran here before";
        }

        if (Failed.FirstOrDefault(f => f.Version == wanted.ToString()) is not { } failed)
        {
            return null;
        }

        return failed.Times >= MostTrials ? $"version {wanted} was rolled back {failed.Times} times: {failed.Reason}"
            : now < failed.At + (pause * (failed.Times == 1 ? 1 : 3)) ? $"version {wanted} was rolled back: {failed.Reason}; it is tried again later" : null;
    }

    /// <summary>A version that was put in place is to be tried.</summary>
    public VersionBook Begun(ReleaseVersion version) => this with { Trial = new VersionTrial(version.ToString(), 0, 0) };

    /// <summary>The version on trial is about to be started.</summary>
    public VersionBook Started() => this with { Trial = Trial! with { Starts = Trial.Starts + 1 } };

    /// <summary>A start did not count: its owner ended it.</summary>
    public VersionBook Unstarted() => this with { Trial = Trial! with { Starts = Math.Max(0, Trial.Starts - 1) } };

    /// <summary>The version on trial ended by itself.</summary>
    public VersionBook Ended() => Trial is { } trial ? this with { Trial = trial with { Ends = trial.Ends + 1 } } : this;

    /// <summary>The version on trial has shown that it works.</summary>
    public VersionBook Confirmed(ReleaseVersion version) => this with
    {
        Current = version.ToString(), Floor = Higher(Version(Floor), version).ToString(), Trial = null, Failed = [.. Failed.Where(f => Version(f.Version) is { } failed && failed > version)],
    };

    /// <summary>The version on trial is rolled back.</summary>
    public VersionBook GivenUp(string reason, DateTimeOffset now) => Trial is not { } trial ? this : this with
    {
        Trial = null,
        Failed = [.. Failed.Where(f => f.Version != trial.Version).TakeLast(MostFailed - 1), new FailedVersion(trial.Version, 1 + (Failed.FirstOrDefault(f => f.Version == trial.Version)?.Times ?? 0), now, reason)],
    };

    /// <summary>The installed program runs, and reports.</summary>
    public VersionBook Ran(ReleaseVersion own) => this with { Floor = Higher(Version(Floor), own).ToString() };

    /// <summary>The current version is not usable any more: the installed one runs again. The floor stays.</summary>
    public VersionBook Lost() => this with { Current = null };

    private static ReleaseVersion? Version(string? text) => ReleaseVersion.TryParse(text, out var version) ? version : null;

    private static ReleaseVersion Higher(ReleaseVersion? one, ReleaseVersion other) => one is { } known && known > other ? known : other;
}

/// <summary>What a starting program does.</summary>
public abstract record LaunchStep
{
    private LaunchStep()
    {
    }

    /// <summary>Runs itself.</summary>
    public sealed record Run : LaunchStep;

    /// <summary>Becomes another version, which has shown before that it works.</summary>
    public sealed record Become(ReleaseVersion Version) : LaunchStep;

    /// <summary>Starts a version beside itself and watches it.</summary>
    public sealed record Try(ReleaseVersion Version) : LaunchStep;

    /// <summary>Rolls a version back.</summary>
    public sealed record GiveUp(ReleaseVersion Version, string Reason) : LaunchStep;
}
