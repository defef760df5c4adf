namespace CopyTrack.Server.Data;

/// <summary>A device claimed for reading: the fencing token of the claim, and how many reads in a row have failed.</summary>
public readonly record struct PollingClaim(long DeviceId, long Token, int FailedPolls);

/// <summary>
/// Which node reads which device. A claim ends by the database's clock, so that nodes with different clocks agree; every change of owner makes the
/// token grow, so that a reading taken under an older claim is known.
/// </summary>
public interface IPollingClaims
{
    /// <summary>
    /// Claims at most <paramref name="max"/> devices that are due at <paramref name="now"/> and free, ours, or left by an owner whose lease ran out. A device that stays
    /// claimed by this node keeps its token. No other node gets the same device within the lease.
    /// </summary>
    Task<IReadOnlyList<PollingClaim>> ClaimDueAsync(string node, int max, TimeSpan lease, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Prolongs this node's claims on the devices and sets when they are due next; devices that have another owner now are left alone.</summary>
    Task RenewAsync(string node, IReadOnlyCollection<long> deviceIds, TimeSpan lease, DateTimeOffset nextDue, CancellationToken cancellationToken);

    /// <summary>The read of a claimed device is done: when it is due next and how many reads in a row have failed. Nothing happens when the claim was lost.</summary>
    Task DoneAsync(string node, PollingClaim claim, DateTimeOffset nextDue, int failedPolls, CancellationToken cancellationToken);

    /// <summary>Frees the claims of nodes that can't exist any more (one process on an embedded database) and makes every device due at <paramref name="now"/>.</summary>
    Task StartAloneAsync(DateTimeOffset now, CancellationToken cancellationToken);
}
