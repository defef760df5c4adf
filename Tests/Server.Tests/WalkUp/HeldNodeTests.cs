using CopyTrack.Accounting.Ledger;
using CopyTrack.Accounting.Meters;
using CopyTrack.Accounting.Sessions;
using CopyTrack.Server.Data;
using CopyTrack.Server.Polling;
using CopyTrack.Server.WalkUp;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.WalkUp;

/// <summary>A node whose process was held comes back with reads that timed out, while another node has taken its devices.</summary>
[TestFixture]
internal sealed class HeldNodeTests
{
    private static readonly DateTimeOffset s_opened = TimeProvider.System.GetUtcNow().AddSeconds(-30);

    [TestCase(true)]
    [TestCase(false)]
    public async Task Runner_decides_nothing_when_another_node_has_the_device(bool started)
    {
        var journal = new OneDevice(State(started) with { ClaimOwner = "other", ClaimToken = 6 });
        await RunAsync(journal, State(started));
        Assert.That(journal.Changes, Is.Empty);
    }

    [Test]
    public async Task Runner_starts_the_session_and_tells_of_the_device_when_it_is_its_own()
    {
        var journal = new OneDevice(State(started: false));
        await RunAsync(journal, State(started: false), stopAfter: 2);
        Assert.That(journal.State.Open!.InferredReason, Is.EqualTo("no reading at the start"));
        Assert.That(journal.Changes.SelectMany(c => c.Events).Any(e => e.Data.ContainsValue("deviceUnreachable")), Is.True);
    }

    private static DeviceState State(bool started) => new()
    {
        DeviceId = 1, ClaimOwner = "held", ClaimToken = 5, Version = 3,
        Open = new LiveSession
        {
            Started = started, UnlockedAt = s_opened,
            Record = new SessionRecord
            {
                Id = 7, DeviceId = 1, TerminalId = "t", PersonId = 9, State = started ? SessionState.Active : SessionState.Opening, Method = "card", Functions = "copy",
                OpenedAt = s_opened, LastActivityAt = s_opened,
            },
        },
    };

    /// <summary>Runs until the runner gives the device up, or until so many changes were kept.</summary>
    private static async Task RunAsync(OneDevice journal, DeviceState known, int stopAfter = int.MaxValue)
    {
        var options = new SessionOptions { Watch = TimeSpan.FromMilliseconds(1) };
        var contexts = new DecisionContexts(TimeProvider.System, options, new SiteSettings(TimeZoneInfo.Utc, PriceList.Free), new OfflineTerminals(), "held");
        var panels = new PanelControl(new TerminalRoster(), new NoPanels(), contexts, NullLogger<PanelControl>.Instance);
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        journal.Kept = () =>
        {
            if (journal.Changes.Count >= stopAfter)
            {
                stop.Cancel();
            }
        };
        var runner = new DeviceRunner(1, contexts, journal, new Silent(), panels, TimeProvider.System, NullLogger.Instance);
        runner.Update(known);
        try
        {
            await runner.RunAsync(stop.Token);
        }
        catch (OperationCanceledException) when (journal.Changes.Count >= stopAfter)
        {
            // Enough was seen.
        }
    }

    private sealed class OneDevice(DeviceState state) : IDeviceJournal
    {
        public DeviceState State { get; private set; } = state;
        public List<DeviceChange> Changes { get; } = [];
        public Action Kept { get; set; } = () => { };

        public Task<T> ApplyAsync<T>(long deviceId, Func<DeviceState, (DeviceChange Change, T Result)> decide, CancellationToken cancellationToken)
        {
            var (change, result) = decide(State);
            if (change.State is { } after)
            {
                State = after with { ClaimOwner = State.ClaimOwner, ClaimToken = State.ClaimToken };
                Changes.Add(change);
                Kept();
            }

            return Task.FromResult(result);
        }

        public Task<DeviceState?> ReadAsync(long deviceId, CancellationToken cancellationToken) => Task.FromResult<DeviceState?>(State);
    }

    private sealed class Silent : IDeviceMeters
    {
        public Task<MeterRead> ReadAsync(long deviceId, ReadingTrigger trigger, long token, CancellationToken cancellationToken) =>
            Task.FromResult<MeterRead>(new MeterRead.Failed("no answer"));
    }

    private sealed class NoPanels : IRemotePanels
    {
        public Task LockAsync(string terminalId, string? session, string reason) => Task.CompletedTask;
    }
}
