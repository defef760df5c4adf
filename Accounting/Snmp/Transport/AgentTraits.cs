using System.Collections.Concurrent;
using System.Net;

namespace CopyTrack.Accounting.Snmp.Transport;

/// <summary>What agents were found not to manage. Kept for an hour, so that a new firmware or a lost datagram has no lasting effect. Bounded.</summary>
internal sealed class AgentTraits(TimeProvider time)
{
    private const int MaxAgents = 65_536;
    private static readonly TimeSpan s_kept = TimeSpan.FromHours(1);
    private readonly ConcurrentDictionary<IPEndPoint, Trait> _agents = new();

    /// <summary>True when the agent left 2c unanswered and answered version 1.</summary>
    public bool OnlyVersion1(IPEndPoint agent) => Find(agent) is { OnlyVersion1: true };

    /// <summary>True when the agent answered a request with an error, or with other variables than those asked for in that order.</summary>
    public bool AnswersOutOfOrder(IPEndPoint agent) => Find(agent) is { OutOfOrder: true };

    /// <summary>The most rows that one GETBULK to the agent should ask for; 0 when it fails at GETBULK.</summary>
    public int MaxRows(IPEndPoint agent) => Find(agent)?.MaxRows ?? int.MaxValue;

    public void AnsweredOnlyVersion1(IPEndPoint agent) => Change(agent, t => t with { OnlyVersion1 = true });

    public void AnsweredOutOfOrder(IPEndPoint agent) => Change(agent, t => t with { OutOfOrder = true });

    /// <summary>The agent cut a reply to so many rows; 0 for one that fails at GETBULK.</summary>
    public void CutTo(IPEndPoint agent, int rows) => Change(agent, t => t with { MaxRows = rows });

    public void Forget(IPEndPoint agent) => _agents.TryRemove(agent, out _);

    private Trait? Find(IPEndPoint agent) =>
        !_agents.IsEmpty && _agents.TryGetValue(agent, out var trait) && time.GetElapsedTime(trait.Since) < s_kept ? trait : null;

    private void Change(IPEndPoint agent, Func<Trait, Trait> change)
    {
        if (_agents.Count >= MaxAgents)
        {
            _agents.Clear();
        }

        _agents[agent] = change(Find(agent) ?? new Trait(false, false, int.MaxValue, time.GetTimestamp()));
    }

    private sealed record Trait(bool OnlyVersion1, bool OutOfOrder, int MaxRows, long Since);
}
