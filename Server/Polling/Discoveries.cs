using System.Collections.Immutable;
using System.Net;
using CopyTrack.Accounting.Discovery;
using CopyTrack.Accounting.Profiles;
using CopyTrack.Accounting.Snmp;
using CopyTrack.Accounting.Snmp.Transport;

namespace CopyTrack.Server.Polling;

/// <summary>A look at a network that runs or has run.</summary>
internal sealed class Discovery(string id, long orgId, DiscoverySweep sweep, CancellationTokenSource stop)
{
    private ImmutableArray<DiscoveredDevice> _found = [];
    private int _addresses;

    public string Id => id;

    public long OrgId => orgId;

    /// <summary><c>running</c>, <c>done</c>, <c>ended</c> or <c>failed</c>.</summary>
    public string State { get; private set; } = "running";

    /// <summary>How far it is; how many addresses there are is known before the first is asked.</summary>
    public SweepProgress Progress => sweep.Progress with { Of = _addresses };

    /// <summary>What answered so far.</summary>
    public ImmutableArray<DiscoveredDevice> Found => _found;

    /// <summary>Ends when it does; never fails.</summary>
    public Task Running { get; private set; } = Task.CompletedTask;

    public void Begin(AddressRanges ranges, Func<IPAddress, IReadOnlyList<SnmpTarget>> ways, IDisposable client, ILogger logger)
    {
        _addresses = ranges.Count;
        Running = Task.Run(async () =>
        {
            try
            {
                await foreach (var device in sweep.RunAsync(ranges, ways, stop.Token))
                {
                    ImmutableInterlocked.Update(ref _found, found => found.Add(device));
                }

                State = "done";
            }
            catch (OperationCanceledException)
            {
                State = "ended";
            }
            catch (Exception e)
            {
                // Whatever went wrong ends this look and nothing else.
                State = "failed";
                logger.DiscoveryFailed(e);
            }
            finally
            {
                client.Dispose();
            }
        });
    }

    public Task StopAsync() => stop.CancelAsync();
}

/// <summary>The looks of this node: one runs at a time, the last few are remembered until the node stops.</summary>
internal sealed class Discoveries(ProfileLibrary library, TimeProvider time, ILogger<Discoveries> logger) : IHostedService
{
    private const int Remembered = 8;
    private readonly Lock _gate = new();
    private ImmutableArray<Discovery> _all = [];

    /// <summary>Begins one; null while another runs.</summary>
    public Discovery? TryBegin(string id, long orgId, AddressRanges ranges, Func<IPAddress, IReadOnlyList<SnmpTarget>> ways, SweepOptions options)
    {
        lock (_gate)
        {
            if (_all.Any(d => !d.Running.IsCompleted))
            {
                return null;
            }

            // A manager of its own: what it learns of strange addresses must not crowd out the times of known devices.
            var client = new UdpSnmpClient(time, new SnmpClientOptions { Sockets = 1 });
            var discovery = new Discovery(id, orgId, new DiscoverySweep(client, library, time, options), new CancellationTokenSource());
            discovery.Begin(ranges, ways, client, logger);
            _all = [.. _all.TakeLast(Remembered - 1), discovery];
            return discovery;
        }
    }

    /// <summary>The one of that id in that organisation.</summary>
    public Discovery? Find(string id, long orgId) => _all.FirstOrDefault(d => d.Id == id && d.OrgId == orgId);

    /// <summary>Ends it, if it runs, and forgets it.</summary>
    public async Task EndAsync(Discovery discovery)
    {
        await discovery.StopAsync();
        await discovery.Running;
        lock (_gate)
        {
            _all = _all.Remove(discovery);
        }
    }

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        foreach (var discovery in _all)
        {
            await EndAsync(discovery);
        }
    }
}
