using System.Text.Json;
using System.Text.Json.Serialization;
using CopyTrack.Server.Data;

namespace CopyTrack.Server.WalkUp;

/// <summary>A panel to lock, wherever it is connected.</summary>
internal sealed record PanelLockMessage(string Terminal, string? Session, string Reason);

/// <summary>Reaches panels on other nodes by messages through the database.</summary>
internal sealed class RemotePanels(IOutbox outbox, ILogger<RemotePanels> logger) : IRemotePanels
{
    /// <summary>Topic of the messages.</summary>
    public const string Topic = "panel.lock";

    /// <inheritdoc/>
    public async Task LockAsync(string terminalId, string? session, string reason)
    {
        try
        {
            await outbox.PublishAsync(
                Topic, null, JsonSerializer.Serialize(new PanelLockMessage(terminalId, session, reason), PanelMessageJson.Default.PanelLockMessage), CancellationToken.None);
        }
        catch (StorageUnavailableException e)
        {
            logger.RemoteFailed(e.Message);
        }
    }
}

/// <summary>Takes the messages of other nodes: locks panels that are connected here.</summary>
internal sealed class RemotePanelMessages(TerminalRoster roster, PanelControl panels)
{
    /// <summary>Locks the panel of the message if its terminal is connected here.</summary>
    public void Take(string payload)
    {
        var message = JsonSerializer.Deserialize(payload, PanelMessageJson.Default.PanelLockMessage);
        if (message is not null && roster.Find(message.Terminal) is { } terminal)
        {
            panels.LockHere(terminal.Link, message.Session, message.Reason);
        }
    }
}

/// <summary>Generated serialisation of the messages between nodes.</summary>
[JsonSerializable(typeof(PanelLockMessage))]
internal sealed partial class PanelMessageJson : JsonSerializerContext;
