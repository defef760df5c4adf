using System.Collections.Concurrent;
using System.Globalization;
using CopyTrack.Accounting.Fleet;
using CopyTrack.Server.Data.Fleet;

namespace CopyTrack.Server.Fleet;

/// <summary>What to answer to a message. A closed set.</summary>
internal abstract record IntakeAnswer
{
    private IntakeAnswer()
    {
    }

    /// <summary>A signed acknowledgement.</summary>
    public sealed record Word(Acknowledgement Acknowledgement) : IntakeAnswer;

    /// <summary>It is not from an agent of ours; nothing is told but that.</summary>
    public sealed record Stranger(string Reason) : IntakeAnswer;

    /// <summary>Too much waits already; the agent keeps it and comes again.</summary>
    public sealed record Later : IntakeAnswer;
}

/// <summary>
/// Takes messages, whichever way they come: who sent it is proven first, then it is unpacked and read to the end, then kept, and only then acknowledged. What can't be read is
/// acknowledged as refused, because the agent could only send it again for ever.
/// </summary>
internal sealed class MessageIntake(FleetRepository fleet, FleetInbox inbox, ParsedMessages parsed, FleetOptions options, TimeProvider time, ILogger<MessageIntake> logger)
{
    private const int MaxKeys = 20_000;
    private static readonly TimeSpan KeyLife = TimeSpan.FromSeconds(30), Again = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<long, (FleetAgentRow Agent, DateTimeOffset Until)> _agents = new();

    /// <summary>
    /// Takes an envelope; the answer is durable when the task completes. What came by mail may have lain at mail servers for days, which says nothing about the agent's clock. Throws
    /// <see cref="Data.StorageUnavailableException"/>.
    /// </summary>
    public async Task<IntakeAnswer> TakeAsync(ReadOnlyMemory<byte> bytes, string? address, bool byMail, CancellationToken cancellationToken)
    {
        MessageEnvelope envelope;
        FleetEnvelope outside;
        try
        {
            envelope = MessageEnvelope.Read(bytes, out outside);
        }
        catch (FleetFormatException e)
        {
            return new IntakeAnswer.Stranger(e.Message);
        }

        if (await AgentAsync(envelope.Agent, outside, cancellationToken) is not { } agent)
        {
            return new IntakeAnswer.Stranger("no agent of this installation signed it");
        }

        var received = time.GetUtcNow();
        var (message, refusal) = Open(envelope);
        var correction = byMail && envelope.Sent <= received && received - envelope.Sent < options.MailDelay
            ? TimeSpan.Zero : FleetTime.Correction(envelope.Sent, received, options.ClockTolerance);
        var outcome = await inbox.PutAsync(
            new InboxItem(agent.Id, agent.Generation, envelope.Sequence, envelope.First, received, (long)correction.TotalMilliseconds, address, message?.Program, message is null ? null : envelope.Packed.ToArray()), refusal, cancellationToken);
        if (refusal is not null && outcome == InboxOutcome.Taken)
        {
            logger.MessageRefused(agent.Id, envelope.Sequence, refusal);
        }

        switch (outcome)
        {
            case InboxOutcome.Taken:
                if (message is not null)
                {
                    parsed.Keep(agent, message);
                }

                return new IntakeAnswer.Word(new Acknowledgement(envelope.Agent, envelope.Sequence, refusal is null ? AckOutcome.Taken : AckOutcome.Refused, refusal ?? "-"));
            case InboxOutcome.Known:
                return new IntakeAnswer.Word(new Acknowledgement(envelope.Agent, envelope.Sequence, AckOutcome.Known, "-"));
            case InboxOutcome.Full:
                return new IntakeAnswer.Later();
            case InboxOutcome.Gone:
                _agents.TryRemove(agent.Id, out _);
                return new IntakeAnswer.Stranger("the agent is revoked or has another key");
            default:
                throw new InvalidOperationException("an outcome that is none");
        }
    }

    /// <summary>The agent of that id when it is good and its key signed the envelope; null otherwise.</summary>
    public async Task<FleetAgentRow?> AgentAsync(string id, FleetEnvelope outside, CancellationToken cancellationToken)
    {
        if (!long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return null;
        }

        var known = _agents.TryGetValue(number, out var kept) && time.GetUtcNow() < kept.Until ? kept : default;
        if (Signed(known.Agent, outside) is { } agent)
        {
            return agent;
        }

        // It may have another key since it was read, by another node; a flood of forged ones asks the database no more often than that.
        return known.Agent is not null && time.GetUtcNow() < known.Until - KeyLife + Again ? null : Signed(await ReadAsync(number, cancellationToken), outside);
    }

    /// <summary>Forgets what is remembered of an agent: it has another key or is revoked. Other nodes find out within half a minute, and at the database at once.</summary>
    public void Forget(long agentId) => _agents.TryRemove(agentId, out _);

    /// <summary>True for an agent that was read from the database once.</summary>
    public bool Remembers(long agentId) => _agents.ContainsKey(agentId);

    private static FleetAgentRow? Signed(FleetAgentRow? agent, FleetEnvelope outside)
    {
        if (agent is not { RevokedAt: null, PublicKey: { } key })
        {
            return null;
        }

        using var own = FleetKeys.Import(key);
        return outside.IsSignedBy(own) ? agent : null;
    }

    private async Task<FleetAgentRow?> ReadAsync(long id, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var agent = await fleet.GetAsync(id, cancellationToken);
        if (agent is not null)
        {
            if (_agents.Count >= MaxKeys)
            {
                _agents.Clear();
            }

            _agents[id] = (agent, now + KeyLife);
        }

        return agent;
    }

    private static (FleetMessage? Message, string? Refusal) Open(MessageEnvelope envelope)
    {
        try
        {
            var message = FleetMessageReader.Read(FleetPacking.Unpack(envelope.Packed));
            return message.Agent == envelope.Agent && message.Sequence == envelope.Sequence ? (message, null) : (null, "the message says another number or agent than its envelope");
        }
        catch (FleetFormatException e)
        {
            return (null, e.Message);
        }
    }
}

/// <summary>Messages that were read a moment ago, so that applying them need not read them again. Only a help: what is not here is read from the database.</summary>
internal sealed class ParsedMessages
{
    private const int Most = 256;
    private readonly ConcurrentDictionary<(long AgentId, long Generation, long Sequence), FleetMessage> _messages = new();

    /// <summary>Keeps one, if there is room.</summary>
    public void Keep(FleetAgentRow agent, FleetMessage message)
    {
        if (_messages.Count < Most)
        {
            _messages[(agent.Id, agent.Generation, message.Sequence)] = message;
        }
    }

    /// <summary>Gives one and forgets it; null when it is not here.</summary>
    public FleetMessage? Take(long agentId, FleetMessageRow row) => _messages.TryRemove((agentId, row.Generation, row.Sequence), out var message) ? message : null;
}
