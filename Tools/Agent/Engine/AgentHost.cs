using CopyTrack.Accounting.Fleet;
using CopyTrack.Agent.Sending;
using CopyTrack.Agent.Updates;

namespace CopyTrack.Agent;

/// <summary>What a page shows and does of a running agent.</summary>
public interface IAgentControl
{
    /// <summary>The settings that hold.</summary>
    AgentSettings Settings { get; }

    /// <summary>The agent now; null while it begins anew.</summary>
    FleetAgent? Agent { get; }

    /// <summary>How updates stand; null where they are somebody else's.</summary>
    UpdateStanding? Updates { get; }

    /// <summary>Has the version installed that waits for the owner's word; false when it does not (any more).</summary>
    bool AcceptUpdate(string version);

    /// <summary>Takes an acknowledgement that somebody brought as a file: how many messages it ended. Throws <see cref="FleetFormatException"/> naming why it counts for nothing.</summary>
    int Acknowledge(ReadOnlyMemory<byte> content);

    /// <summary>How the agent stands; null while it begins anew.</summary>
    AgentHealth? Health { get; }

    /// <summary>How a message of a number stands; null while the agent begins anew, and for numbers that were never given.</summary>
    MessageState? StateOf(long sequence);

    /// <summary>Takes other settings: null when they hold from now on, else what is wrong with them.</summary>
    string? Change(AgentOverrides overrides);
}

/// <summary>Runs an agent, and begins it anew when its owner changes its settings on the page.</summary>
public sealed class AgentHost : IAgentControl
{
    private const string FileName = "overrides.json";

    private readonly AgentSettings _file;
    private readonly StateFolder _folder;
    private readonly IAgentObserver _observer;
    private readonly TimeProvider _time;
    private readonly AgentUpdates? _updates;
    private TaskCompletionSource _anew = new();

    /// <summary>An agent that is updated by <paramref name="updates"/>, where they are given. Throws <see cref="AgentException"/> when the state folder can't be used.</summary>
    public AgentHost(AgentSettings settings, IAgentObserver observer, TimeProvider time, AgentUpdates? updates = null)
    {
        (_file, _observer, _time, _updates) = (settings, observer, time, updates);
        _folder = new StateFolder(settings.State);
        var kept = _folder.Read(FileName, SettingsJson.Default.AgentOverrides)?.ApplyTo(settings);
        Settings = kept is not null && kept.Fault() is null ? kept : settings;
    }

    /// <inheritdoc/>
    public AgentSettings Settings { get; private set; }

    /// <inheritdoc/>
    public FleetAgent? Agent { get; private set; }

    /// <inheritdoc/>
    public UpdateStanding? Updates => _updates?.Standing;

    /// <inheritdoc/>
    public bool AcceptUpdate(string version) => _updates?.Accept(version) == true;

    /// <inheritdoc/>
    public int Acknowledge(ReadOnlyMemory<byte> content) => Agent?.Acknowledge(content) ?? throw new FleetFormatException("the agent begins anew; try again in a moment");

    /// <inheritdoc/>
    public AgentHealth? Health => Agent?.Health;

    /// <inheritdoc/>
    public MessageState? StateOf(long sequence) => Agent?.StateOf(sequence);

    /// <inheritdoc/>
    public string? Change(AgentOverrides overrides)
    {
        var next = overrides.ApplyTo(_file);
        if (next.Fault() is { } fault)
        {
            return fault;
        }

        try
        {
            if (next.CounterSeconds != Settings.CounterSeconds || next.InventorySeconds != Settings.InventorySeconds)
            {
                ManagerOrders.ForgetIntervals(_folder);
            }

            _folder.Write(FileName, overrides, SettingsJson.Default.AgentOverrides);
        }
        catch (IOException e)
        {
            return $"the disk does not take them: {e.Message}";
        }

        Settings = next;
        _anew.TrySetResult();
        return null;
    }

    /// <summary>Runs until it is cancelled, or another version waits to be tried. Throws <see cref="AgentException"/> when the agent can't begin.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested && _updates?.Switch.IsCompleted != true)
        {
            var anew = _anew = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            using var agent = await FleetAgent.OpenAsync(Settings, _observer, _time, cancellationToken);
            Agent = agent;
            var running = agent.RunAsync(ending.Token, _updates);
            await Task.WhenAny(running, anew.Task, _updates?.Switch ?? anew.Task);
            await ending.CancelAsync();
            await running;
            Agent = null;
        }
    }
}
