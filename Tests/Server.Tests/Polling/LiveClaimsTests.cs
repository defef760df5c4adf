using CopyTrack.Accounting.Sessions;
using CopyTrack.Server.Data;
using CopyTrack.Server.Polling;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Polling;

/// <summary>Claims of devices with a session: renewed soon, each at its own time, and left alone once settled.</summary>
internal sealed class LiveClaimsTests
{
    private readonly PollingOptions options = new();

    [Test]
    public async Task New_session_is_renewed_at_once_and_then_by_half_leases()
    {
        var site = new Site();
        var kept = new LiveClaims(site, site, site, options);
        site.Live.Add(1);
        await kept.KeepAsync(default);
        site.Now += options.Lease / 4;
        site.Live.Add(2);
        await kept.KeepAsync(default);
        site.Now += options.Lease / 4;
        await kept.KeepAsync(default);
        site.Now += options.Lease / 4;
        await kept.KeepAsync(default);

        Assert.That(site.Renewed, Is.EqualTo(new[] { "1", "2", "1", "2" }), "each by its own time");
        Assert.That(site.Due, Is.All.EqualTo(options.Lease), "another node looks when the lease is over");
    }

    [Test]
    public async Task Settled_device_rests_until_about_the_next_idle_read()
    {
        var site = new Site();
        var kept = new LiveClaims(site, site, site, options);
        site.Live.Add(1);
        await kept.KeepAsync(default);
        site.Live.Remove(1);
        site.Settled.Add(1);
        await kept.KeepAsync(default);
        await kept.KeepAsync(default);

        Assert.That(site.Rested, Is.EqualTo(new[] { "1" }));
        Assert.That(site.Due[^1], Is.GreaterThan(options.Idle * 0.85).And.LessThanOrEqualTo(options.Idle));
    }

    [Test]
    public async Task Device_with_a_new_session_does_not_rest()
    {
        var site = new Site();
        var kept = new LiveClaims(site, site, site, options);
        site.Live.Add(1);
        site.Settled.Add(1);
        await kept.KeepAsync(default);

        Assert.That(site.Rested, Is.Empty);
        Assert.That(site.Renewed, Is.EqualTo(new[] { "1" }));
    }

    [Test]
    public async Task Device_whose_runner_failed_stays_due_at_the_end_of_its_lease()
    {
        var site = new Site();
        var kept = new LiveClaims(site, site, site, options);
        site.Live.Add(1);
        await kept.KeepAsync(default);
        site.Live.Remove(1);
        await kept.KeepAsync(default);

        Assert.That(site.Rested, Is.Empty);
    }

    [Test]
    public async Task Renewal_that_failed_is_tried_by_the_next_round()
    {
        var site = new Site { Away = true };
        var kept = new LiveClaims(site, site, site, options);
        site.Live.Add(1);
        await Assert.ThatAsync(() => kept.KeepAsync(default), Throws.TypeOf<StorageUnavailableException>());
        site.Away = false;
        await kept.KeepAsync(default);

        Assert.That(site.Renewed, Is.EqualTo(new[] { "1" }));
    }

    /// <summary>A site of numbers: what is live, what was asked of the storage, and the clock.</summary>
    private sealed class Site : IPollingClaims, ILiveDevices, IDecisionContexts
    {
        public HashSet<long> Live { get; } = [];

        public HashSet<long> Settled { get; } = [];

        public List<string> Renewed { get; } = [];

        public List<string> Rested { get; } = [];

        public List<TimeSpan> Due { get; } = [];

        public bool Away { get; set; }

        public DateTimeOffset Now { get; set; } = new(2026, 5, 4, 9, 0, 0, TimeSpan.Zero);

        public string Node => "here";

        public IReadOnlyCollection<long> All => [.. Live];

        public bool IsLive(long deviceId) => Live.Contains(deviceId);

        public IReadOnlyCollection<long> TakeSettled()
        {
            long[] taken = [.. Settled];
            Settled.Clear();
            return taken;
        }

        public Task<IReadOnlySet<long>> RenewAsync(
            string node, IReadOnlyCollection<long> deviceIds, TimeSpan lease, DateTimeOffset? nextDue, CancellationToken cancellationToken)
        {
            if (Away)
            {
                throw new StorageUnavailableException("away");
            }

            Renewed.Add(string.Join(',', deviceIds.Order()));
            Due.Add((nextDue ?? Now) - Now);
            return Task.FromResult<IReadOnlySet<long>>(deviceIds.ToHashSet());
        }

        public Task RestAsync(string node, IReadOnlyCollection<long> deviceIds, DateTimeOffset nextDue, CancellationToken cancellationToken)
        {
            Rested.Add(string.Join(',', deviceIds.Order()));
            Due.Add(nextDue - Now);
            return Task.CompletedTask;
        }

        public DecisionContext For(long deviceId) => throw new NotSupportedException();

        public void Adopt(DeviceState state) => throw new NotSupportedException();

        public Task<IReadOnlyList<PollingClaim>> ClaimDueAsync(string node, int max, TimeSpan lease, DateTimeOffset now, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<long?> TakeAsync(long deviceId, string node, TimeSpan lease, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<bool> DoneAsync(long deviceId, string node, long token, DateTimeOffset now, DateTimeOffset nextDue, bool failed, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task ReleaseAsync(string node, IReadOnlyCollection<long> deviceIds, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task SetDueAsync(IReadOnlyCollection<long> deviceIds, DateTimeOffset nextDue, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task ForgetAllAsync(string? node, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
