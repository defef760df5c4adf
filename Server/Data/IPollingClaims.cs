namespace CopyTrack.Server.Data;

/// <summary>A device that a node may poll, with the fencing token that its readings carry.</summary>
public sealed record PollingClaim
{
    /// <summary>The device.</summary>
    public required long DeviceId { get; init; }

    /// <summary>Grows whenever the device changes its owner; a reading under an older one is no border.</summary>
    public required long Token { get; init; }

    /// <summary>Polls that failed in a row; sets the back-off.</summary>
    public long FailedPolls { get; init; }

    /// <summary>Since when polls fail; null while the device answers.</summary>
    public DateTimeOffset? UnreachableSince { get; init; }
}

/// <summary>
/// Shares the polling of devices among nodes. A claim ends by the database's clock when its node does not prolong it; when a device is due is
/// told by the server's. Only devices that are enabled, not deleted and monitored are ever due. Every method throws
/// <see cref="StorageUnavailableException"/>.
/// </summary>
public interface IPollingClaims
{
    /// <summary>
    /// Claims up to <paramref name="max"/> devices that are due and free, its own or left behind, the longest due first, for <paramref name="lease"/>.
    /// A claimed device is not due again before the lease could end, unless <see cref="DoneAsync"/> says earlier.
    /// </summary>
    Task<IReadOnlyList<PollingClaim>> ClaimDueAsync(string node, int max, TimeSpan lease, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Takes one device at once, whoever has it (a walk-up); returns the token, null when there is no such device.</summary>
    Task<long?> TakeAsync(long deviceId, string node, TimeSpan lease, CancellationToken cancellationToken);

    /// <summary>
    /// Prolongs claims, and moves their due time when <paramref name="nextDue"/> is given. Returns the devices that the node still has; the others
    /// have gone to another node and are polled no more.
    /// </summary>
    Task<IReadOnlySet<long>> RenewAsync(string node, IReadOnlyCollection<long> deviceIds, TimeSpan lease, DateTimeOffset? nextDue, CancellationToken cancellationToken);

    /// <summary>Says when devices are due that need no read now, those of them that the node still has.</summary>
    Task RestAsync(string node, IReadOnlyCollection<long> deviceIds, DateTimeOffset nextDue, CancellationToken cancellationToken);

    /// <summary>Keeps the outcome of a poll and when the next is due. False, and nothing kept, when the claim with this token is lost.</summary>
    Task<bool> DoneAsync(long deviceId, string node, long token, DateTimeOffset now, DateTimeOffset nextDue, bool failed, CancellationToken cancellationToken);

    /// <summary>Gives up claims of the node; the devices stay due when they were.</summary>
    Task ReleaseAsync(string node, IReadOnlyCollection<long> deviceIds, CancellationToken cancellationToken);

    /// <summary>Makes devices due at a time, whoever has them ("read now").</summary>
    Task SetDueAsync(IReadOnlyCollection<long> deviceIds, DateTimeOffset nextDue, CancellationToken cancellationToken);

    /// <summary>Gives up all claims of a node, or with null of everyone (at the start on SQLite, where one process serves), and makes their devices due.</summary>
    Task ForgetAllAsync(string? node, CancellationToken cancellationToken);
}
