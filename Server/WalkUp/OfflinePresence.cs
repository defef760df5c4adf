using System.Text.Json;
using System.Text.Json.Serialization;
using CopyTrack.Accounting.Meters;
using CopyTrack.Accounting.Sessions;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Polling;

namespace CopyTrack.Server.WalkUp;

/// <summary>Terminals that can work offline, and whether they are away; or, with <see cref="Ask"/>, the question which ones are connected to other nodes.</summary>
internal sealed record PresenceMessage(string Node, bool Ask, bool Away, IReadOnlyList<PresentTerminal> Terminals);

/// <summary>A terminal at its device.</summary>
internal sealed record PresentTerminal(long Device, string Terminal);

/// <summary>
/// Keeps <see cref="OfflineTerminals"/> right on every node: a terminal counts as away from the start until its hello, and from its end on. What the meters
/// show for the first time after its hello was made while it was away, so the device is read before it counts as back.
/// </summary>
internal sealed class OfflinePresence(
    OfflineTerminals terminals, OfflineRepository rows, TerminalRoster roster, IDeviceMeters meters, IDeviceJournal journal, IOutbox outbox,
    DecisionContexts contexts, TerminalPolicy policy, ILogger<OfflinePresence> logger)
{
    /// <summary>Topic of the messages.</summary>
    public const string Topic = "terminal.presence";

    /// <summary>Before anything is read: who can work offline counts as away.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (policy.OfflineHours == 0)
        {
            return;
        }

        foreach (var terminal in await rows.TerminalsAsync(cancellationToken))
        {
            terminals.Left(terminal.DeviceId, terminal.TerminalId);
        }
    }

    /// <summary>Asks the other nodes for the terminals that are connected there.</summary>
    public Task AskAsync() => policy.OfflineHours == 0 ? Task.CompletedTask : TellAsync(new PresenceMessage(contexts.Node, true, false, []));

    /// <summary>The terminal said hello here.</summary>
    public void Came(ConnectedTerminal terminal)
    {
        if (terminal.Offline)
        {
            _ = CameAsync(terminal);
        }
    }

    /// <summary>The terminal's connection is gone.</summary>
    public Task WentAsync(ConnectedTerminal terminal)
    {
        if (!terminal.Offline)
        {
            return Task.CompletedTask;
        }

        terminals.Left(terminal.DeviceId, terminal.Link.TerminalId);
        return TellAsync(new PresenceMessage(contexts.Node, false, true, [new PresentTerminal(terminal.DeviceId, terminal.Link.TerminalId)]));
    }

    /// <summary>Takes the message of another node.</summary>
    public async Task TakeAsync(string payload)
    {
        if (JsonSerializer.Deserialize(payload, PresenceJson.Default.PresenceMessage) is not { } message || message.Node == contexts.Node)
        {
            return;
        }

        if (message.Ask)
        {
            foreach (var some in roster.All.Where(t => t.Offline && t.Link.IsOpen).Select(t => new PresentTerminal(t.DeviceId, t.Link.TerminalId)).Chunk(500))
            {
                await TellAsync(new PresenceMessage(contexts.Node, false, false, some));
            }
        }

        foreach (var terminal in message.Terminals)
        {
            if (!message.Away)
            {
                terminals.Back(terminal.Device, terminal.Terminal);
            }
            else if (roster.Find(terminal.Terminal) is null)
            {
                terminals.Left(terminal.Device, terminal.Terminal);
            }
        }
    }

    private async Task CameAsync(ConnectedTerminal terminal)
    {
        await Task.Yield();
        try
        {
            if (terminals.Away(terminal.DeviceId) && await journal.ReadAsync(terminal.DeviceId, CancellationToken.None) is { } state
                && await meters.ReadAsync(terminal.DeviceId, ReadingTrigger.Idle, state.ClaimToken, CancellationToken.None) is MeterRead.Taken taken)
            {
                await journal.ApplyAsync(terminal.DeviceId, s => WalkUpRules.Reading(s, contexts.For(terminal.DeviceId), taken.Reading), CancellationToken.None);
            }
        }
        catch (StorageUnavailableException e)
        {
            logger.RequestStorage(terminal.Link.TerminalId, e.Message);
        }
        catch (Exception e)
        {
            // Nobody waits for it: what was made meanwhile is found by the next poll.
            logger.RequestFailed(terminal.Link.TerminalId, e);
        }

        if (terminal.Link.IsOpen)
        {
            terminals.Back(terminal.DeviceId, terminal.Link.TerminalId);
            await TellAsync(new PresenceMessage(contexts.Node, false, false, [new PresentTerminal(terminal.DeviceId, terminal.Link.TerminalId)]));
        }
    }

    private async Task TellAsync(PresenceMessage message)
    {
        try
        {
            await outbox.PublishAsync(Topic, null, JsonSerializer.Serialize(message, PresenceJson.Default.PresenceMessage), CancellationToken.None);
        }
        catch (StorageUnavailableException e)
        {
            logger.RemoteFailed(e.Message);
        }
    }
}

/// <summary>Generated serialisation of <see cref="PresenceMessage"/>.</summary>
[JsonSerializable(typeof(PresenceMessage))]
internal sealed partial class PresenceJson : JsonSerializerContext;
