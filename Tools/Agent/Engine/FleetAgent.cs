using CopyTrack.Accounting.Fleet;
using CopyTrack.Accounting.Profiles;
using CopyTrack.Accounting.Snmp;
using CopyTrack.Accounting.Snmp.Transport;
using CopyTrack.Agent.Clocks;
using CopyTrack.Agent.Devices;
using CopyTrack.Agent.Local;
using CopyTrack.Agent.Sending;
using CopyTrack.Agent.Updates;

namespace CopyTrack.Agent;

/// <summary>An agent: reads the devices of its site and tells its manager. Any number may run in one process, each with a folder of its own.</summary>
public sealed class FleetAgent : IDisposable
{
    private readonly AgentSettings _settings;
    private readonly AgentIdentity _identity;
    private readonly ManagerLink _link;
    private readonly UdpSnmpClient _client;
    private readonly MessageQueue _queue;
    private readonly AgentRounds _rounds;
    private readonly IMessageSender _sender;
    private readonly CarriedAcknowledgements _carried;
    private readonly DeviceRoster _roster;
    private readonly LocalRoster _printers;
    private readonly DeviceReader _reader;
    private readonly ManagerOrders _orders;
    private readonly MessageEnds _ends;
    private readonly IAgentObserver _observer;
    private readonly SteadyTime _time;

    private FleetAgent(AgentSettings settings, StateFolder folder, AgentIdentity identity, ManagerLink link, IAgentObserver observer, TimeProvider time)
    {
        _time = new SteadyTime(time, () => MachineUptime.Now);
        (_settings, _identity, _link, _observer) = (settings, identity, link, observer);
        var clocks = new ClockBook(folder, _time);
        _queue = new MessageQueue(folder.Path, settings.QueueMegabytes * 1024L * 1024);
        _ends = new MessageEnds(folder, time);
        _orders = new ManagerOrders(folder);
        _carried = new CarriedAcknowledgements(identity, folder, _queue, observer);
        _client = new UdpSnmpClient(_time, new SnmpClientOptions { Sockets = 1, MaxInFlight = settings.Parallel * 2 });
        _roster = new DeviceRoster(folder);
        _reader = new DeviceReader(_client, ProfileLibrary.BuiltIn, _roster, identity, settings, observer, _time);
        _printers = new LocalRoster(folder, identity, _roster, observer, _time);
        var maker = new MessageMaker(identity, _roster, _printers, _queue, _ends, new AddressVeil(settings), clocks, observer);
        var outgoing = new OutgoingMessages(identity, _queue, _ends, clocks, observer, _time);
        _rounds = new AgentRounds(settings, _orders, _roster, _printers, _reader, maker, clocks, observer, _time);
        _sender = settings.Mail is { } mail ? new MailSender(settings, mail, identity, folder, link, _queue, outgoing, _ends, _carried, observer, _time) : new MessageSender(settings, identity, link, _queue, outgoing, _ends, observer, _time);
    }

    /// <summary>Id at the manager.</summary>
    public string Id => _identity.Agent;

    /// <summary>Devices that are read.</summary>
    public int Devices => _roster.All.Count;

    /// <summary>Messages that wait.</summary>
    public int Waiting => _queue.Count;

    /// <summary>How the agent stands, for its owner.</summary>
    public AgentHealth Health => new(
        _rounds.Intervals, [.. new[] { _queue.Fault, _sender.Fault, _ends.Fault, _orders.Fault, _roster.Fault, _printers.Fault }.OfType<string>().Distinct()], _ends.All,
        [.. _roster.Shared.Select(s => new SharedSerial(s.Serial, s.Addresses)), .. _printers.Shared]);

    /// <summary>How a message stands; null for a number that was never given.</summary>
    public MessageState? StateOf(long sequence)
    {
        if (sequence > _queue.Last)
        {
            return null;
        }

        if (_ends.Of(sequence) is { } end)
        {
            return new MessageState(end.Standing, 0, end.Reason);
        }

        var times = _sender.Times(sequence);
        return _queue.First <= sequence ? new MessageState(times > 0 ? MessageStanding.Mailed : MessageStanding.Waits, times, "") : new MessageState(MessageStanding.Acknowledged, 0, "");
    }

    /// <summary>Addresses of devices by their keys, for the owner alone; of printers on USB, where they are plugged in.</summary>
    public IReadOnlyDictionary<string, string> Addresses => _roster.All.Select(d => KeyValuePair.Create(d.Key, d.Address)).Concat(_printers.Places).DistinctBy(a => a.Key).ToDictionary();

    /// <summary>Reads all devices now.</summary>
    public void ReadNow() => _rounds.ReadNow();

    /// <summary>Messages that the manager has, since the start.</summary>
    public long Delivered => _sender.Delivered + _carried.Ended;

    /// <summary>Bytes of messages sent, since the start.</summary>
    public long BytesSent => _sender.BytesSent;

    /// <summary>Takes an acknowledgement that somebody brought as a file (docs/fleet.md §7): how many messages it ended. Throws <see cref="FleetFormatException"/> naming why it counts for nothing.</summary>
    public int Acknowledge(ReadOnlyMemory<byte> content) => _carried.Take(content);

    /// <summary>Lays an acknowledgement into the state folder, where a running agent finds it within a minute and another one at its start; gives up to which number it goes. Throws <see cref="AgentException"/> naming why it is not taken.</summary>
    public static long BringAcknowledgement(AgentSettings settings, string path) => CarriedAcknowledgements.Bring(settings, path).Through;

    /// <summary>Exchanges a one-time code for an identity, which the state folder keeps. Returns the agent's id. Throws <see cref="AgentException"/> or <see cref="ManagerAwayException"/>.</summary>
    public static async Task<string> EnrolAsync(AgentSettings settings, string code, CancellationToken cancellationToken)
    {
        var folder = new StateFolder(settings.State);
        using var link = await ManagerLink.OpenAsync(settings, folder, cancellationToken);
        using var identity = await AgentIdentity.EnrolAsync(folder, link, code, cancellationToken);
        return identity.Agent;
    }

    /// <summary>True when the state folder holds an identity. Throws <see cref="AgentException"/> when it is damaged.</summary>
    public static bool IsEnrolled(AgentSettings settings)
    {
        using var identity = AgentIdentity.Load(new StateFolder(settings.State));
        return identity is not null;
    }

    /// <summary>Opens an enrolled agent; throws <see cref="AgentException"/> when it is not, or its folder is in use or damaged.</summary>
    public static async Task<FleetAgent> OpenAsync(AgentSettings settings, IAgentObserver observer, TimeProvider time, CancellationToken cancellationToken)
    {
        var folder = new StateFolder(settings.State);
        var identity = AgentIdentity.Load(folder) ?? throw new AgentException("the agent is not enrolled; run 'copytrack-agent enrol CODE' with a code of the manager");
        return new FleetAgent(settings, folder, identity, await ManagerLink.OpenAsync(settings, folder, cancellationToken), observer, time);
    }

    /// <summary>Reads and sends until it is cancelled; cancelling is the normal end and throws nothing. <paramref name="updates"/> are asked for where they are given.</summary>
    public async Task RunAsync(CancellationToken cancellationToken, AgentUpdates? updates = null)
    {
        if (_settings.Manager.Scheme != "https" && _settings.Mail is null)
        {
            _observer.Told("manager: over http everyone on the way can read what devices say; messages stay signed");
        }

        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task[] loops = [_rounds.RunAsync(ending.Token), _sender.RunAsync(ending.Token), AskAsync(ending.Token), updates?.RunAsync(_link, _identity, () => _rounds.Rounds > 0, () => _settings.Mail is { Acknowledge: false } && _sender.BytesSent > 0, ending.Token) ?? Task.Delay(Timeout.Infinite, ending.Token)];
        try
        {
            await await Task.WhenAny(loops);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The owner ends it.
        }
        finally
        {
            await ending.CancelAsync();
            await Task.WhenAll(loops).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _client.Dispose();
        _reader.Dispose();
        _link.Dispose();
        _queue.Dispose();
        _identity.Dispose();
    }

    private async Task AskAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await Task.Delay(TimeSpan.FromSeconds(_settings.AskSeconds), _time, cancellationToken);
            if (!_settings.AllowRequests)
            {
                continue;
            }

            try
            {
                _rounds.Take(await _link.AskAsync(_identity.Agent, _time.Wall, _identity.Key, _identity.Manager, cancellationToken));
            }
            catch (ManagerAwayException)
            {
                // The sender tells of it.
            }

            _observer.Rested();
        }
    }
}
