using CopyTrack.Accounting.Meters;

namespace CopyTrack.Accounting.Sessions;

/// <summary>What a reading that an agent took came to: the verdict, null when the same message was taken before, and whether it could only be evidence.</summary>
public sealed record MeteredOutcome(ReadingVerdict? Verdict, bool OnlyEvidence);

/// <summary>
/// Readings that an agent at a customer's site took, possibly long ago. They enter the same ledger by the same rules as our own. The mark of the message is kept in the same
/// commit, so a message that is applied again after a crash changes nothing.
/// </summary>
public static class MeteredRules
{
    private const int MaxAgents = 4;

    /// <summary>A second agent that meets the same device can make borders only when the first was silent for this long.</summary>
    private static readonly TimeSpan Succession = TimeSpan.FromHours(2);

    /// <summary>
    /// Takes the reading in message <paramref name="sequence"/> of <paramref name="agentId"/>, signed by its key of that <paramref name="generation"/>, with which its numbers began anew. Where we read the device ourselves, or another agent does, it is kept as evidence and is
    /// no border: two readers of one device see its counters at different times, and only one of them may post.
    /// </summary>
    public static (DeviceChange Change, MeteredOutcome Outcome) Take(DeviceState state, DecisionContext context, long agentId, long generation, long sequence, MeterReading reading)
    {
        var marks = state.Agents ?? [];
        var own = marks.FirstOrDefault(m => m.AgentId == agentId);
        if (own is not null && own.Generation == generation && own.Sequence == sequence)
        {
            return (new DeviceChange(), new MeteredOutcome(null, false));
        }

        // The agent that may post stands first.
        var second = marks is [{ } first, ..] && first.AgentId != agentId && reading.SentAt - first.SentAt < Succession;
        var mark = new AgentMark(agentId, sequence, (own?.Readings ?? 0) + 1, own is null || reading.SentAt > own.SentAt ? reading.SentAt : own.SentAt, generation);
        var others = marks.Where(m => m.AgentId != agentId);
        var marked = state with { Agents = second ? [marks[0], mark, .. others.Skip(1).Take(MaxAgents - 2)] : [mark, .. others.Take(MaxAgents - 1)] };
        var evidence = second || state.ClaimToken > 0;
        var (change, outcome) = WalkUpRules.Reading(marked, context, reading with { Token = evidence ? -1 : 0, Trigger = ReadingTrigger.Idle });
        return (change.State is null ? change with { State = marked with { Version = marked.Version + 1 } } : change, new MeteredOutcome(outcome.Verdict, evidence));
    }
}
