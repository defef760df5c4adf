namespace CopyTrack.Accounting.Fleet.Updates;

/// <summary>How an agent last said that it stands.</summary>
public sealed record AgentStanding(long Agent, ReleaseVersion Version, UpdateState State, string About, DateTimeOffset ReportedAt);

/// <summary>What keeps a stage from being raised: agents that failed, that are at it, and that have been silent since they were offered the version. With none of them nothing does.</summary>
public sealed record StageHold(int Failed, int UnderWay, int Silent)
{
    /// <summary>True when the stage stays where it is.</summary>
    public bool Holds => Failed + UnderWay + Silent > 0;
}

/// <summary>When the share of a stage is raised by itself: step by step, each after so many hours in which no agent failed.</summary>
public static class StageRules
{
    /// <summary>The longest time between two steps, in hours.</summary>
    public const int MostHours = 24 * 30;

    private static readonly int[] s_steps = [1, 5, 10, 25, 50, 100];

    /// <summary>The share that follows a share, in per cent; 100 for 100.</summary>
    public static int Next(int share) => Array.Find(s_steps, s => s > share) is > 0 and var next ? next : 100;

    /// <summary>When the next step is due.</summary>
    public static DateTimeOffset DueAt(DateTimeOffset since, int hours) => since + TimeSpan.FromHours(hours);

    /// <summary>
    /// What holds the stage of a version (<paramref name="hash"/> of its archive, <paramref name="share"/> since <paramref name="since"/>) at <paramref name="now"/>, by agents of its platform. An
    /// agent that asked after the stage began, is among those it offers to and has said nothing for <paramref name="stale"/> may have been lost with the new one, which is
    /// what a share is there to find out.
    /// </summary>
    public static StageHold Look(ReleaseVersion version, string hash, int share, DateTimeOffset since, IEnumerable<AgentStanding> agents, DateTimeOffset now, TimeSpan stale)
    {
        var (failed, underWay, silent) = (0, 0, 0);
        foreach (var agent in agents)
        {
            if (agent.About == version.ToString() && agent.State is UpdateState.Failed)
            {
                failed++;
            }
            else if (agent.About == version.ToString() && agent.State is UpdateState.Fetching)
            {
                underWay++;
            }
            else if (agent.Version <= version && agent.ReportedAt >= since && agent.ReportedAt < now - stale && RolloutRules.Place(agent.Agent, hash) < share)
            {
                silent++;
            }
        }

        return new StageHold(failed, underWay, silent);
    }
}
